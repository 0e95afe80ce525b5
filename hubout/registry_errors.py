"""What can be wrong outside the registry's commands, in one sentence each."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError

from registry.accounts.openid_file import BadOpenId
from registry.database import BadDatabase
from registry.problems import Problem
from registry.seed.files import BadExample
from registry.sites.keys import BadKey


@contextmanager
def plain_errors() -> Iterator[None]:
    """What can be wrong outside becomes one sentence."""
    try:
        yield
    except BadDatabase as error:
        raise click.UsageError(f"{error}.") from error
    except OperationalError as error:
        reason = str(error.orig).strip().split("\n", 1)[0]
        raise click.ClickException(
            f"the database does not answer: {reason}; start it, or correct --database."
        ) from error
    except CommandError as error:
        raise click.ClickException("the database is of a later version of hubout; run that one, or restore.") from error
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} is there already; name another folder, or move it.") from error
    except (Problem, BadKey, BadExample, BadOpenId) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'the address'}: {error.strerror}; choose another.") from error
