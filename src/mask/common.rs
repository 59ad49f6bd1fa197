//! Words that a sentence shows although it announces a credential: those of everyday English and of the trade, a few of other
//! languages. Nobody takes one of them alone for a password.

use crate::text::word_list::has_word;

/// For each letter of the alphabet, the words that begin with it, without the endings that most words can have.
const WORDS: [&str; 26] = [
    "a aber able about above absent accept access accessible according account across action activate active actual \
     actually add addition additional address admin administrator after afterwards again against agent ago ahead al \
     alert alias all allow almost alone along already als also alt alte alter alternative altes although always am \
     ambiguous among amount an and anmeldung annotation another answer any anybody anyone anything api app append \
     application apply approach approle appropriate approval approve are area aren argument around array artifact as \
     aside ask assign assume at attach attempt au audit auf aus auth authenticate authentication author authoritative \
     authority authorization authorize auto automatic automatically aux availability available avec avoid await aware \
     away aws azure",
    "back backend background backup bad base basic batch batchlint be bearer because become been before begin behavior \
     behaviour behind bei being belong below benefit benutzer best better between beyond big binary bind bis bit \
     block boolean boot bootstrap both bottom bound box branch break bring broken browser bucket buffer bug build \
     builder built bundle but button by bypass byte",
    "ca cache call callback caller came can cannot capability care careful carry case catch cause caution ce central \
     cert certain certificate cette chain change channel chapter character chart check checksum chiave choice choose \
     chosen claim clave clean cleanup clear cli click client clone close cloud cluster code collect column com come \
     command comment commit common como company compare compatible complete component compute con condition config \
     configmap configuration configure configured confirm conflict connect connection consider consist console \
     constant consume consumer contact contain container content context continue contract contraseña control \
     controller convert cookie copied copy core correct corresponding cost could couldn count cover cpu crash create \
     creation cred credential credentialed creds cron cronjob cuando current currently custom customer customize cut",
    "da daemon daily dans das dashboard dass data database date dated datenbank day de dead deal debug decide decimal \
     decode decrypt dedicated default define definition del delay delete deliver dem demo den denied deny depend \
     dependency deploy deployment deprecated der des describe description desde desired destination destroy detail \
     detect determine dev develop developer development device did didn die dies diese dieser differ different digest \
     digit direct direction directly directory disable disk display distribution do doc docker docs document \
     documentation does doesn doing domain don donde done down downgrade download draft drill drive drop du due dummy \
     dump duplicate duration during dynamic",
    "each earlier early easily easy echo edit editor effect ein eine einem einen einer either el element elle else \
     elsewhere email embed employee empty en enable enabled encode encrypt encryption end endpoint enforce engine \
     enough ensure enter entire entirely entries entry enum env environment equal error erst es escape especially est \
     esta establish este et etc even event ever every everybody everyone everything exact exactly example except \
     exception exchange exec execute execution exist existing exists exit expect expiration expire expiry explain \
     explicit explicitly export expose express extend extensible extension external extra extract",
    "fact factory fail failure fall fallback false far fast fatal feature fetch few field file filesystem fill filter \
     final finally find fine finish first fit fix fixed fixme flag flow folder follow following for force foreign \
     form format former forward found framework free fresh from front full fully function further future für",
    "gate gateway gave geheimnis general generally generate generated generation generic get getting geändert git \
     github gitlab give given global go goes going gone good google got grace grant granted great group gssapi \
     guarantee guard guide",
    "had half hand handle handled handler happen hard hardcoded has hash hasn hat have haven having he head header \
     health healthy heavy hello helm help helper hence her here hidden hide hier high higher him his history hold \
     home hook host hostname hour hourly how however http https human",
    "iam id idea ideally identical identifier identify identity idle if ignore il im image immediately immutable \
     impact implement import important impossible in include incoming incorrect increase indeed index indicate \
     individual info inform information infra infrastructure ingress inherit init initial initialize initially inject \
     inline inner input ins insecure insert inside install instance instead instruction integer integration integrity \
     intend interactive interface intern internal internally interval into introduce invalid invoke is isn issue \
     issuer ist it item its itself",
    "jetzt job join json just jwt",
    "keep kein keine kennwort kept kerberos kernel key keyring keystore kind know known kommt kubeconfig kubectl \
     kubernetes",
    "la label lack language large las last late later latest launch lautet layer ldap le lead leak least leave left \
     legacy length les less let level library license liegt lifecycle lifetime like likely limit line link linux list \
     listen literal little live lo load local locally locate location lock log logging login logon logout long longer \
     look lookup los lost lot low lower",
    "machine made mail main maintain maintainer maintenance major make man manage management manager mandatory \
     manifest manual manually many map mark mask master match matter max maximum may maybe mdp mean meant measure \
     mechanism member memory mention merge message metadata method metric middle might migrate migration mind minimal \
     minimum minor minute mirror misc miss missing mistake mit mixed mode model modify module moment monitor \
     monitoring month monthly more most mostly mot mount move mtls much multiple must mutable my myself más",
    "na nach name named namespace native ne near necessary need needed negative negotiate neither nested network neu \
     neue neues never new newer newest next nginx nicht nightly no nobody noch node non none nor normal normally not \
     note nothing notice notification notify nous nouveau nouvelle now ntlm nueva nuevo null number nur nutzer",
    "oauth ob object obsolete obtain obvious occur oder of off offer offline offset often oidc ok old older omit on \
     once one online only open operate operation operator option optional optionally or order ordinary org \
     organization origin original originally os other otherwise ou our ours out outdated outer outgoing output \
     outside over override overwrite own owner",
    "package page pair par para param parameter parent parola parse part partial particular partner party pas pass \
     passcode passe passed passes passing passkey passphrase passwd password passwort passwörter past paste patch \
     path pattern payload peer people per percent perform performance period periodic permanent permission permit \
     persist persistent person personal phase phrase pick piece pin pipe pipeline place placeholder plain plaintext \
     plan platform please plugin plus pod point policies policy pool por port portal possible possibly post potential \
     pour practice precede precheck prefer prefix prepare prerequisite present preserve prevent previous previously \
     primary principal print prior private privilege pro probably probe problem procedure proceed process prod \
     produce product production profile program programmatic project prompt proper properly property protect \
     protected protocol prove provide provided provider provision proxies proxy public publish pull purge purpose \
     push put pw pwd",
    "quarter que query question queue qui quick quickly quite quota quote",
    "raise random range rare rate rather raw reach read readable reader readme readonly ready real really reason \
     rebuild receive recent recently recommend reconcile record recover recovery recreate redirect redis reduce refer \
     reference refresh refuse regarding regenerate region register registry regular reject relate related relative \
     release relevant reload rely remain remember remind reminder remote remove rename renew repeat replace replica \
     reply repo report reporting repository represent request require required requires reserved reset resolve \
     resource respective respond response responsible rest restart restore restrict result resume retain retention \
     retrieve retry return reuse review revision revoke right role roll root rotate rotation route row rule run \
     runbook runner running runtime",
    "sa safe safely same saml sample sasl save say scale scan schedule schema scheme schlüssel scope scram screen \
     script se search second secondary secret section secure securely security see seed seem seen select self send \
     senha sensitive sent separate separately sequence serve server service ses session set setting setup several \
     sha shall share shared she shell shift ship shop short shorter should shouldn show shown shut si side sidecar siehe sign \
     signature signed similar simple simply sin since sind single site size skip slack small smtp snapshot so \
     software some somebody someone something sometimes somewhere son sont soon sops sort source space spec special \
     specific specifically specified specify split ssh ssl staff stage staging stale standard start state statement \
     static status stay step still stop storage store stored straight strategy stream strict string strip strong \
     structure stuff style su sub subject submit subscription subsequent succeed success successful successfully such \
     sudo suffix suggest suite super superuser supplied supply support suppose sur sure swap switch symbol sync \
     synchronize syntax system",
    "table tag take taken talk target task team tell temp template temporarily temporary tenant terminal terminate \
     terraform test text than that the their theirs them themselves then there therefore these they thing think third \
     this those though thread three through throughout throw thus ticket till time timeout timer timestamp title tls \
     to today todo together token tomorrow too tool top total touch toward trace track transfer transform treat tree \
     trigger true trust try ttl tune turn twice two type typically",
    "ui um uma un una unable und undefined under underlying understand une unencrypted unexpected unfortunately \
     unique unit unix unknown unless unlock unquoted unsafe unset unter until unused up update upgrade upload upon \
     upper upstream uri url us usage use used user username userpass using usual usually usuario utc util utilisateur \
     utility",
    "valid validate validation validity value variable various vault vendor verification verify version versus via \
     view virtual visible volume vom von vor",
    "wait want war warn warning was wasn way we web webhook week weekly well wenn went wer were what whatever when \
     whenever where whereas wherever whether which while who whoami whole whom whose why wide wie will window wird \
     wish with within without wo won word work worker workflow workload workspace world would wouldn wrap writable \
     write written wrong wrote wurde",
    "",
    "y yaml year yes yesterday yet you your yours yourself",
    "zero zone zu zugangsdaten zum zur",
];

/// The same of words that begin with another letter.
const OTHERS: &str = "è é über";

/// The endings that a word may have.
const ENDINGS: [(&str, &str); 11] = [
    ("s", ""),
    ("es", ""),
    ("d", ""),
    ("ed", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("able", ""),
    ("er", ""),
];

/// The longest of these words with its ending, in bytes.
const LONGEST: usize = 20;

/// Whether a word is one of them, in small letters, in capitals or with a capital first, with one of the endings or without.
pub(super) fn has(word: &str) -> bool {
    if word.len() > LONGEST {
        return false;
    }
    let smalls = word.to_ascii_lowercase();
    // A mixed word is none: `teAm`.
    let rest = &word[word.chars().next().map_or(0, char::len_utf8)..];
    if rest != &smalls[smalls.len() - rest.len()..] && word.chars().any(char::is_lowercase) {
        return false;
    }
    let is_stem = |stem: &str| has_word(words_like(stem), stem);
    // `stopped`, `mapping`
    let is_doubled = |stem: &str| {
        let halves = stem.split_at_checked(stem.len() - 1);
        halves.is_some_and(|(short, last)| short.ends_with(last) && is_stem(short))
    };
    let with_ending = |(ending, instead): &(&str, &str)| {
        let stem = smalls.strip_suffix(ending).filter(|it| it.len() > 2);
        stem.is_some_and(|it| is_stem(&[it, *instead].concat()) || instead.is_empty() && is_doubled(it))
    };
    is_stem(&smalls) || ENDINGS.iter().any(with_ending)
}

/// Returns the words that begin as a word does.
fn words_like(word: &str) -> &'static str {
    let first = word.bytes().next().unwrap_or_default();
    WORDS.get(usize::from(first.wrapping_sub(b'a'))).copied().unwrap_or(OTHERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_stands_under_its_letter() {
        for (letter, words) in (b'a'..=b'z').zip(WORDS) {
            let first = |it: &str| it.bytes().next();
            assert!(words.split_ascii_whitespace().all(|it| first(it) == Some(letter)), "{words}");
            assert!(words.split_ascii_whitespace().is_sorted(), "{words}");
        }
    }

    #[test]
    fn common_words_and_what_people_choose() {
        for word in
            ["the", "Token", "ROTATED", "copies", "storing", "manually", "mapping", "stopped", "für", "über"]
        {
            assert!(has(word), "{word}");
        }
        for word in ["tulip", "Marble", "teAm", "sunshine", "postgres", "secretariat", ""] {
            assert!(!has(word), "{word}");
        }
    }
}
