//! The official images of Docker Hub: what a name without a registry and without a slash can be pulled as.

use crate::text::word_list::has_word;

/// Their names, those that are no longer maintained included (`library/` of `docker-library/official-images`, and its history).
const NAMES: &str = "adminer adoptopenjdk aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux \
    azul-zulu backdrop bash bonita buildpack-deps busybox caddy cassandra celery centos chronograf cirros clearlinux clefos \
    clickhouse clojure composer consul convertigo couchbase couchdb crate crux dart debian django docker docker-dev drupal \
    eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx erlang espocrm euleros express-gateway fedora flink \
    fluentd friendica fsharp gazebo gcc geonetwork ghost glassfish golang gradle groovy haproxy haskell haxe hello-seattle \
    hello-world hipache hitch hola-mundo httpd hylang ibm-semeru-runtimes ibmjava influxdb iojs irssi java jenkins jetty jobber \
    joomla jruby julia kaazing-gateway kapacitor kibana known kong krakend lightstreamer liquibase logstash mageia mariadb matomo \
    maven mediawiki memcached mongo mongo-express monica mono mysql nats nats-streaming neo4j neurodebian nextcloud nginx nim node \
    notary nuxeo odoo open-liberty openjdk opensuse oraclelinux orientdb owncloud percona perl photon php php-zendserver phpmyadmin \
    piwik plone postfixadmin postgres pypy python r-base rabbitmq rails rakudo-star rapidoid redis redmine registry rethinkdb \
    rocket.chat rockylinux ros ruby rust sapmachine satosa scratch sentry silverpeas sl solr sonarqube sourcemage spark spiped storm \
    swarm swift swipl teamspeak telegraf thrift tomcat tomee traefik ubuntu ubuntu-debootstrap ubuntu-upstart unit valkey varnish \
    vault websphere-liberty wordpress xwiki yourls znc zookeeper";

/// Whether nobody can have pushed the image: a name without a registry and a slash, which no official image of Docker Hub has.
///
/// Such an image is built on a node or loaded into it.
pub fn is_local(name: &str) -> bool {
    !name.contains('/') && !has_word(NAMES, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_registry_and_is_not_official_is_local() {
        for name in ["wallet-ledger", "gojob", "my-python"] {
            assert!(is_local(name), "{name}");
        }
        for name in
            ["python", "vault", "valkey", "team/app", "localhost:5000/app", "registry.example.com/app"]
        {
            assert!(!is_local(name), "{name}");
        }
    }
}
