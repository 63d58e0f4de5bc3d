"""What is PostgreSQL's own: reaching the server, migrations that its owner has to allow, errors in words."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from repose.errors import ReposeError
from repose.sessions.complaints import told
from repose.sessions.database import address_url, connect
from repose.sessions.migrate import Migrated, bring_up_to_date
from repose.sessions.migrations import HEAD
from repose.sessions.sql_store import SqlStore
from tests.program import RunCli
from tests.sessions.made import a_session
from tests.sessions.old_databases import content, earlier, lost, make_postgresql
from tests.sessions.postgresql import GUARDED, Server
from tests.sessions.test_migrations import check_kept

Open = Callable[[str], SqlStore]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    return lambda address: SqlStore(address, tmp_path / "videos")


@pytest.mark.parametrize("revision", earlier())
def test_an_older_database_is_left_to_its_owner(
    revision: str, postgresql: Server, opened: Open, run_cli: RunCli
) -> None:
    name = postgresql.new_database()
    make_postgresql(postgresql.url(name), revision)
    address = postgresql.address(name)
    before = content(address_url(address))
    with pytest.raises(ReposeError, match=r"make a backup of it \(pg_dump\), then run `repose migrate`"):
        opened(address)
    said = run_cli("migrate", "--database", address)
    assert (said.code, said.out) == (2, "")
    assert "make a backup" in said.err
    assert content(address_url(address)) == before

    said = run_cli("migrate", "--database", address, "--yes")
    assert (said.code, said.err) == (0, "")
    assert f"from version {revision} to {HEAD}" in said.out
    with closing(opened(address)) as store:
        check_kept(store)
    assert lost(before, content(address_url(address))) == []


def test_a_migration_that_fails_midway_leaves_all_as_it_was(postgresql: Server) -> None:
    name = postgresql.new_database()
    make_postgresql(postgresql.url(name), "0001")
    with psycopg.connect(f"host={postgresql.folder} user=postgres dbname={name}") as connection:
        connection.execute("CREATE TABLE annotations (x int)")
    before = content(address_url(postgresql.address(name)))
    engine = connect(postgresql.address(name))
    with pytest.raises(ReposeError, match="stays as it was"):
        bring_up_to_date(engine, backed_up=True)
    engine.dispose()
    assert content(address_url(postgresql.address(name))) == before


def test_tables_are_made_once_and_agree_with_the_models(postgresql: Server) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from repose.sessions.tables import Table

    engine = connect(postgresql.address(postgresql.new_database()))
    assert bring_up_to_date(engine) == Migrated(None, HEAD)
    assert bring_up_to_date(engine) == Migrated(HEAD, HEAD)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
    engine.dispose()


def test_a_newer_database_is_refused(postgresql: Server, opened: Open) -> None:
    name = postgresql.new_database()
    opened(postgresql.address(name)).close()
    with psycopg.connect(f"host={postgresql.folder} user=postgres dbname={name}") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ReposeError, match="made by a newer Repose; update Repose"):
        opened(postgresql.address(name))


def test_another_programs_database_is_refused(postgresql: Server, opened: Open) -> None:
    name = postgresql.new_database()
    with psycopg.connect(f"host={postgresql.folder} user=postgres dbname={name}") as connection:
        connection.execute("CREATE TABLE patients (x int)")
    with pytest.raises(ReposeError, match="data of another program"):
        opened(postgresql.address(name))


def refused(opened: Open, address: str) -> str:
    with pytest.raises(ReposeError) as error:
        opened(address)
    said = str(error.value)
    assert "\n" not in said
    assert "secret" not in said
    assert "wrong-one" not in said
    return said


def test_a_wrong_password_is_told_and_no_password_is(postgresql: Server, opened: Open) -> None:
    said = refused(opened, postgresql.address("postgres", GUARDED, "wrong-one"))
    assert said.endswith("the user or the password is not accepted; check them")
    assert f"{GUARDED}:***@" in said
    assert "not accepted" in refused(opened, postgresql.address("postgres", "nobody"))
    assert "not accepted" in refused(opened, postgresql.address("postgres", GUARDED))


def test_a_user_without_rights_is_told(postgresql: Server, opened: Open) -> None:
    name = postgresql.new_database()
    said = refused(opened, postgresql.address(name, GUARDED, "secret"))
    assert "have the rights granted" in said


def test_a_database_that_is_not_there_is_told(postgresql: Server, opened: Open) -> None:
    assert "there is no database of this name" in refused(opened, postgresql.address("none"))


@pytest.mark.parametrize("where", ["?host=/nowhere", "127.0.0.1:9/x", "localhost:9/x?connect_timeout=2"])
def test_a_server_that_does_not_answer_is_told(where: str, opened: Open) -> None:
    said = refused(opened, f"postgresql://ann:secret@{where}")
    assert "the server cannot be reached; start it, or check the address" in said


def test_a_server_that_stops_is_told_and_found_again(postgresql: Server, opened: Open) -> None:
    name = postgresql.new_database()
    stop = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"

    def is_stopped_while_it_writes(store: SqlStore) -> None:
        with store._writing() as session:
            session.connection()
            postgresql.run(stop)
            session.connection().exec_driver_sql("SELECT 1")

    with closing(opened(postgresql.address(name))) as store:
        session_id = a_session(store)
        postgresql.run(stop)
        assert store.session(session_id).sets[0].reps, "what is in the pool is tried before it is used"
        with pytest.raises(ReposeError, match="the server has stopped; try again"):
            is_stopped_while_it_writes(store)
        assert store.person_named("Ada").name == "Ada"


def test_a_database_that_is_only_read_is_told(postgresql: Server, opened: Open) -> None:
    name = postgresql.new_database()
    opened(postgresql.address(name)).close()
    postgresql.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with closing(opened(postgresql.address(name))) as store:
        assert store.persons() == ()
        with pytest.raises(ReposeError, match="cannot be written to"):
            store.person_named("Ada")


@pytest.mark.parametrize(
    ("sqlstate", "said"),
    [
        ("53100", "disk of the server is full"),
        ("53300", "out of resources"),
        ("40P01", "try again"),
        ("55P03", "in use"),
        ("XX001", "is damaged"),
        ("23503", "has been deleted meanwhile"),
    ],
)
def test_what_a_test_cannot_bring_about_is_told_by_its_code(sqlstate: str, said: str) -> None:
    from sqlalchemy.exc import OperationalError

    cause = psycopg.errors.lookup(sqlstate)("of the server,\nin two lines")
    with pytest.raises(ReposeError, match=said) as error, told("clinic"):
        raise OperationalError("SELECT", None, cause)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("clinic: ")
