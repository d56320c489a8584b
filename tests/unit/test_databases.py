from __future__ import annotations

import os

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.postgres import Postgres, plain


def test_a_database_of_each_kind_answers_and_is_empty(database_url: str) -> None:
    postgresql = database_url.startswith("postgresql")
    version = "select version()" if postgresql else "select 'SQLite ' || sqlite_version()"
    tables = (
        "select count(*) from pg_tables where schemaname = 'public'"
        if postgresql
        else "select count(*) from sqlite_master"
    )
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert connection.scalar(text(version)).startswith("PostgreSQL" if postgresql else "SQLite")
        assert connection.scalar(text(tables)) == 0
        connection.execute(text("create table mark (id integer)"))
    engine.dispose()


def test_a_copy_holds_what_its_template_held_and_is_apart_from_it(postgres: Postgres) -> None:
    template = postgres.create()
    with psycopg.connect(plain(postgres.url_of(template))) as connection:
        connection.execute("create table mark (id integer)")
        connection.execute("insert into mark values (7)")
    copy = postgres.create(template)
    with psycopg.connect(plain(postgres.url_of(copy))) as connection:
        assert connection.execute("select id from mark").fetchall() == [(7,)]
        connection.execute("delete from mark")
    with psycopg.connect(plain(postgres.url_of(template))) as connection:
        assert connection.execute("select id from mark").fetchall() == [(7,)]
    postgres.drop(copy)
    postgres.drop(template)


def test_a_dropped_database_is_gone_though_someone_was_connected(postgres: Postgres) -> None:
    name = postgres.create()
    with psycopg.connect(plain(postgres.url_of(name)), autocommit=True) as connection:
        postgres.drop(name)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


def test_an_address_keeps_user_host_and_options_and_changes_the_database() -> None:
    server = Postgres("postgresql+psycopg://opq:pw@db:5433/postgres?sslmode=require")
    assert server.url_of("t_1") == "postgresql+psycopg://opq:pw@db:5433/t_1?sslmode=require"
    assert Postgres("postgresql+psycopg://opq@db/x").url_of("y") == "postgresql+psycopg://opq@db/y"


def test_the_settings_of_the_developer_are_out_of_sight() -> None:
    assert [name for name in os.environ if name.startswith("OPQ_")] == []
