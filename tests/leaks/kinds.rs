//! Made-up credentials of every kind. They are put together here, so that scanners of this repository find none.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEX: &str = "0123456789abcdef";
const DIGITS: &str = "123456789";

/// A credential.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub id: &'static str,
    /// A variable that holds it.
    pub name: &'static str,
    /// What the variable holds.
    pub value: String,
    /// The parts of the value that nobody may see.
    pub hidden: Vec<String>,
    /// Whether it is known for what it is wherever it stands.
    pub has_shape: bool,
}

/// Numbers by chance, the same in every run.
pub(crate) struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize
    }

    pub(crate) fn text(&mut self, length: usize, of: &str) -> String {
        let of = of.as_bytes();
        (0..length).map(|_| char::from(of[self.next() % of.len()])).collect()
    }
}

fn with(extra: &str) -> String {
    format!("{LETTERS}{extra}")
}

/// Returns every kind, with values of their own for each seed.
pub(crate) fn all(seed: u64) -> Vec<Kind> {
    let mut chance = Chance(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut kinds = Vec::new();
    let mut add = |id, name, value: String, hidden: Vec<String>, has_shape| {
        kinds.push(Kind { id, name, value, hidden, has_shape });
    };
    let dashed = with("-_");
    // Prefix, length, characters.
    let tokens: &[(&'static str, &'static str, &[&str], usize, &str)] = &[
        ("aws-key-id", "AWS_ACCESS_KEY_ID", &["AK", "IA"], 16, BASE32),
        ("github", "GITHUB_TOKEN", &["gh", "p_"], 36, LETTERS),
        ("github-oauth", "SETTING", &["gh", "o_"], 36, LETTERS),
        ("github-app", "SETTING", &["gh", "s_"], 36, LETTERS),
        ("github-user", "SETTING", &["gh", "u_"], 36, LETTERS),
        ("github-fine", "SETTING", &["github", "_pat_"], 82, LETTERS),
        ("gitlab", "GITLAB_TOKEN", &["glp", "at-"], 20, LETTERS),
        ("gitlab-deploy", "SETTING", &["gld", "t-"], 20, LETTERS),
        ("slack", "SLACK", &["xo", "xb-"], 50, LETTERS),
        ("stripe", "STRIPE_KEY", &["sk_", "live_"], 24, LETTERS),
        ("stripe-restricted", "SETTING", &["rk_", "live_"], 24, LETTERS),
        ("google", "SETTING", &["AI", "za"], 35, &dashed),
        ("google-oauth", "SETTING", &["ya", "29."], 60, &dashed),
        ("npm", "NPM_TOKEN", &["np", "m_"], 36, LETTERS),
        ("pypi", "SETTING", &["pypi-", "AgEIcHlwaS5vcmc"], 70, &dashed),
        ("docker-hub", "SETTING", &["dckr_", "pat_"], 27, &dashed),
        ("mailgun", "MAILGUN_API_KEY", &["ke", "y-"], 32, HEX),
        ("openai", "OPENAI_API_KEY", &["s", "k-"], 48, LETTERS),
        ("openai-project", "SETTING", &["sk-", "proj-"], 80, &dashed),
        ("anthropic", "SETTING", &["sk-", "ant-"], 95, &dashed),
        ("hugging-face", "HF_TOKEN", &["h", "f_"], 34, LETTERS),
        ("digitalocean", "SETTING", &["dop", "_v1_"], 64, HEX),
        ("databricks", "SETTING", &["da", "pi"], 32, HEX),
        ("vault", "VAULT_TOKEN", &["hv", "s."], 90, &dashed),
        ("shopify", "SETTING", &["shp", "at_"], 32, HEX),
        ("square", "SETTING", &["sq0", "atp-"], 22, &dashed),
        ("linear", "SETTING", &["lin_", "api_"], 40, LETTERS),
        ("new-relic", "SETTING", &["NRA", "K-"], 27, UPPER),
        ("grafana", "SETTING", &["gl", "sa_"], 41, LETTERS),
        ("age", "SETTING", &["AGE-SECRET", "-KEY-1"], 58, UPPER),
    ];
    for &(id, name, prefix, length, of) in tokens {
        // A digit near the beginning, as nearly every real one has.
        let body = format!("{}7{}", chance.text(4, of), chance.text(length - 5, of));
        add(id, name, prefix.concat() + &body, vec![body], true);
    }
    let (one, two) = (chance.text(22, &dashed), chance.text(43, &dashed));
    add("sendgrid", "SETTING", format!("{}.{one}7.{two}", ["S", "G"].concat()), vec![one, two], true);
    let (body, signature) = (chance.text(40, &dashed), chance.text(43, &dashed));
    let token = format!("eyJhbGciOiJIUzI1NiJ9.eyJ{body}.{signature}");
    add("jwt", "SETTING", token, vec![body, signature], true);
    let (id, body) = (chance.text(14, LETTERS), chance.text(67, &dashed));
    add("terraform", "SETTING", format!("{id}.atlasv1.{body}"), vec![body], true);
    let body = chance.text(33, &dashed);
    add("telegram", "SETTING", format!("{}:AA{body}", chance.text(9, DIGITS)), vec![body], true);
    let body = chance.text(24, LETTERS);
    let hook = format!("https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/{body}");
    add("slack-hook", "HOOK", hook, vec![body], true);
    let key = chance.text(86, LETTERS);
    let azure = format!(
        "DefaultEndpointsProtocol=https;AccountName=abc;AccountKey={key}==;EndpointSuffix=core.example"
    );
    add("azure-storage", "SETTING", azure, vec![key], true);
    let key = chance.text(43, LETTERS);
    let signed = format!("https://a.blob.example/c?sv=2022-11-02&sig={key}%3D");
    add("azure-signature", "SETTING", signed, vec![key], true);
    let key = chance.text(32, HEX);
    add("sentry", "SENTRY_DSN", format!("https://{key}@o1.sentry.example/1"), vec![key], true);
    for (id, label) in [("rsa-key", "RSA "), ("openssh-key", "OPENSSH "), ("ec-key", "EC ")] {
        let lines: Vec<String> = (0..3).map(|_| chance.text(64, &with("+/"))).collect();
        let (begin, end) = (["-----BE", "GIN "].concat(), ["-----E", "ND "].concat());
        let key =
            format!("{begin}{label}PRIVATE KEY-----\n{}\n{end}{label}PRIVATE KEY-----", lines.join("\n"));
        add(id, "SETTING", key, lines, true);
    }
    let addresses = [
        ("postgres", "DATABASE_URL", "postgres://app:", "@db:5432/x"),
        ("mysql", "SETTING", "mysql://root:", "@db/x"),
        ("mongodb", "SETTING", "mongodb+srv://u:", "@c.example/x"),
        ("redis", "SETTING", "redis://:", "@redis:6379"),
        ("amqp", "SETTING", "amqp://u:", "@mq:5672/%2f"),
        ("https", "SETTING", "https://bob:", "@example.com/x"),
        ("git", "SETTING", "https://oauth2:", "@git.example.com/a.git"),
        ("jdbc", "JDBC_URL", "jdbc:mysql://h/db?user=u&password=", ""),
        ("jdbc-server", "SETTING", "jdbc:sqlserver://h:1433;databaseName=d;user=u;password=", ""),
        ("go-driver", "SETTING", "app:", "@tcp(db:3306)/x"),
        ("connection", "CONNECTION_STRING", "Server=h;Database=d;User Id=u;Password=", ";"),
    ];
    for (id, name, before, after) in addresses {
        let password = chance.text(16, LETTERS);
        add(id, name, format!("{before}{password}{after}"), vec![password], true);
    }
    let basic = STANDARD.encode(format!("u:{}", chance.text(16, LETTERS)));
    add("basic", "AUTHORIZATION", format!("Basic {basic}"), vec![basic], true);
    let bearer = chance.text(40, LETTERS);
    add("bearer", "AUTHORIZATION", format!("Bearer {bearer}"), vec![bearer], true);
    let mut generated = |id, name, length, of: &str| {
        let value = chance.text(length, of);
        add(id, name, value.clone(), vec![value], false);
    };
    generated("aws-secret", "AWS_SECRET_ACCESS_KEY", 40, &with("+/"));
    generated("twilio", "TWILIO_AUTH_TOKEN", 32, HEX);
    generated("datadog", "DD_API_KEY", 32, HEX);
    generated("discord", "DISCORD_TOKEN", 59, LETTERS);
    generated("password", "DB_PASSWORD", 16, LETTERS);
    generated("root-password", "MYSQL_ROOT_PASSWORD", 16, "abcdefgh!$%+=#");
    generated("api-key", "API_KEY", 32, LETTERS);
    generated("secret-key", "SECRET_KEY", 50, &with("!@%^*-_=+"));
    generated("token", "AUTH_TOKEN", 40, HEX);
    generated("client-secret", "CLIENT_SECRET", 34, &with("~._-"));
    // What people think of looks like any other word.
    for (id, name, word) in [
        ("word", "DB_PASSWORD", "sunshine"),
        ("words", "ADMIN_PASSWORD", "tangerine-orchard-lamp"),
        ("phrase", "API_TOKEN", "LetMeInPlease"),
    ] {
        add(id, name, word.to_owned(), vec![word.to_owned()], false);
    }
    let quoted = format!(
        "p\"{}'{}\\n<&>{}",
        chance.text(7, LETTERS),
        chance.text(7, LETTERS),
        chance.text(7, LETTERS)
    );
    let parts = quoted.split(['"', '\'', '\\', '<', '>', '&']).filter(|it| it.len() > 5).map(str::to_owned);
    let parts: Vec<String> = parts.map(|it| it.trim_start_matches('n').to_owned()).collect();
    add("password-with-quotes", "ADMIN_PASSWORD", quoted.clone(), parts, false);
    let (one, two) = (chance.text(7, LETTERS), chance.text(7, LETTERS));
    add("password-with-umlauts", "REDIS_PASSWORD", format!("ä{one}€{two}"), vec![one, two], false);
    kinds
}

/// Writes a text as a script has it in single quotes.
pub(crate) fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Writes a text as JSON, which is YAML too.
pub(crate) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Writes lines with an indentation before each.
pub(crate) fn indented(text: &str, indent: usize) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "{:indent$}{line}", "");
        all
    })
}
