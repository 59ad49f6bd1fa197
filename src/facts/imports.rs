//! Modules of other makers that programs in Python and JavaScript import, as far as they are widely known.

use crate::text::word_list::has_word;

/// A language in which a program is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// Python, whose official image brings the standard library and `pip`.
    Python,
    /// JavaScript, whose official image brings Node.js and `npm`.
    JavaScript,
}

/// Modules of Python that no version has in its standard library.
const PYTHON: &str = "aiohttp airflow alembic apscheduler asyncpg azure bcrypt boto3 botocore bs4 cassandra celery confluent_kafka \
    cryptography cx_Oracle dateutil django docker dotenv elasticsearch fastapi flask git google hvac httpx jinja2 jwt kafka \
    kubernetes ldap3 lxml matplotlib minio mysql numpy openai opensearchpy oracledb pandas paramiko PIL pika playwright \
    prometheus_client psutil psycopg psycopg2 pyarrow pydantic pymongo pymssql pymysql pyodbc pytest pytz redis requests scipy \
    selenium sklearn slack_sdk snowflake sqlalchemy stripe telegram tenacity tensorflow torch tqdm transformers twilio yaml";

/// Packages of JavaScript that Node.js does not bring.
const JAVASCRIPT: &str = "@google-cloud @prisma/client @slack/web-api amqplib aws-sdk axios bcrypt bull bullmq cheerio dotenv express \
    fs-extra googleapis ioredis kafkajs knex lodash minio moment mongodb mongoose mssql mysql mysql2 node-fetch nodemailer pg \
    playwright puppeteer redis sequelize stripe typeorm uuid winston ws";

/// What shows that a program can do without a module, or finds it elsewhere.
const WAYS_AROUND: [&str; 8] = [
    "ImportError",
    "ModuleNotFoundError",
    "createRequire",
    "ensurepip",
    "importlib",
    "module.paths",
    "subprocess",
    "sys.path",
];

/// Programs longer than this, in bytes, are not read.
const LONGEST: usize = 100_000;

/// Returns the first module of another maker that a program imports at its start.
pub(crate) fn imported_module(language: Language, program: &str) -> Option<&str> {
    if program.len() > LONGEST || WAYS_AROUND.iter().any(|it| program.contains(it)) {
        return None;
    }
    match language {
        Language::Python => imported_in_python(program),
        Language::JavaScript => required(program),
    }
}

fn imported_in_python(program: &str) -> Option<&str> {
    // A text of several lines can hold anything.
    let end = ["\"\"\"", "'''"].iter().filter_map(|it| program.find(it)).min().unwrap_or(program.len());
    let lines = program[..end].lines().filter(|it| !it.starts_with([' ', '\t']));
    lines.flat_map(|line| line.split(';')).find_map(|statement| {
        let statement = statement.trim();
        let from = statement.strip_prefix("from ").and_then(|it| it.split_once(" import"));
        let names = from.map(|it| it.0).or_else(|| statement.strip_prefix("import "))?;
        let mut names = names.split(',').filter_map(|it| it.split_whitespace().next());
        names.find_map(|name| name.split('.').next().filter(|it| has_word(PYTHON, it)))
    })
}

fn required(program: &str) -> Option<&str> {
    let program = &program[..program.find("try").unwrap_or(program.len())];
    let is_code = |line: &&str| !line.trim_start().starts_with(['/', '*']);
    let mut names = ["require(", " from ", "import "].into_iter().flat_map(|mark| {
        program.lines().filter(is_code).flat_map(move |line| {
            line.split(mark).skip(1).filter_map(|rest| {
                let quote = rest.chars().next().filter(|it| matches!(it, '\'' | '"'))?;
                rest[1..].split(quote).next()
            })
        })
    });
    names.find(|name| {
        let scope = name.split('/').next().unwrap_or_default();
        has_word(JAVASCRIPT, name) || has_word(JAVASCRIPT, scope) || scope == "@aws-sdk"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_other_makers() {
        for (language, program, module) in [
            (Language::Python, "import os\nimport requests\n", "requests"),
            (Language::Python, "import sys, yaml as y; print(1)", "yaml"),
            (Language::Python, "from sqlalchemy.orm import Session", "sqlalchemy"),
            (Language::Python, "import json; from pymongo import MongoClient", "pymongo"),
            (Language::JavaScript, "const {Client}=require('pg'); new Client()", "pg"),
            (Language::JavaScript, "import axios from \"axios\";", "axios"),
            (Language::JavaScript, "require('@aws-sdk/client-s3')", "@aws-sdk/client-s3"),
        ] {
            assert_eq!(imported_module(language, program), Some(module), "{program}");
        }
    }

    #[test]
    fn modules_that_are_there_or_not_needed() {
        for (language, program) in [
            (Language::Python, "import os, sys\nfrom urllib.request import urlopen"),
            (Language::Python, "try:\n  import requests\nexcept ImportError:\n  requests = None"),
            (Language::Python, "def load():\n    import pandas\n"),
            (Language::Python, "print('import requests')"),
            (Language::Python, "from .requests import get"),
            (Language::Python, "import requests_local"),
            (Language::Python, "import sys\nsys.path.insert(0, '/deps')\nimport requests"),
            (Language::Python, "\"\"\"\nimport requests\n\"\"\""),
            (Language::JavaScript, "const fs = require('fs'); const http = require('node:http')"),
            (Language::JavaScript, "require('./pg')"),
            (Language::JavaScript, "// require('pg')"),
            (Language::JavaScript, "try { require('pg') } catch (e) {}"),
        ] {
            assert_eq!(imported_module(language, program), None, "{program}");
        }
    }
}
