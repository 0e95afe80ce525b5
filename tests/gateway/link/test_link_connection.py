"""The connection to the registry: its token, its certificate, its end."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from time import monotonic

import pytest

from gateway.link.client import Address, RegistryClient
from gateway.link.trouble import NoToken, Unreachable
from gateway.link.wire import Greeting
from hubout.ports import free_port
from tests.support.scripted_http import NOTHING_NEW, Answer, ScriptedHttp, scripted_http

GREETING = Greeting("matera", 1, 7, bytes(32), "run", "hubout 0.1.0")


@pytest.fixture
def server() -> Iterator[tuple[ScriptedHttp, str]]:
    with scripted_http() as made:
        yield made


@pytest.fixture
def scripted(server: tuple[ScriptedHttp, str]) -> ScriptedHttp:
    return server[0]


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "gateway.token"
    path.write_text(" the-token\n")
    return path


@pytest.fixture
def client(server: tuple[ScriptedHttp, str], token_file: Path) -> Iterator[RegistryClient]:
    made = RegistryClient(Address(server[1], token_file), lambda: 0)
    yield made
    made.close()


@pytest.mark.parametrize("token", ["", "two words", "naïve", "\x00", "a\nb"])
def test_a_file_that_holds_no_token_is_named_and_never_shown(
    token: str, client: RegistryClient, token_file: Path
) -> None:
    token_file.write_text(token)
    with pytest.raises(NoToken, match="does not hold one token on one line") as found:
        client.hello(GREETING)
    assert token == "" or token not in str(found.value)


def test_a_token_that_is_put_right_is_read_at_the_next_hello(
    client: RegistryClient, token_file: Path, scripted: ScriptedHttp
) -> None:
    token_file.unlink()
    with pytest.raises(NoToken, match="cannot be read: No such file or directory"):
        client.hello(GREETING)
    token_file.write_text("another")
    client.hello(GREETING)
    assert scripted.asked[-1].headers["Authorization"] == "Bearer another"


def test_where_nobody_answers_is_said(token_file: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(Unreachable, match=f"nobody answers at {url}; see that the registry runs"):
        RegistryClient(Address(url, token_file), lambda: 0).hello(GREETING)


def test_a_name_that_is_not_known_is_said(token_file: Path) -> None:
    client = RegistryClient(Address("http://registry.invalid", token_file), lambda: 0)
    with pytest.raises(Unreachable, match=r"registry\.invalid"):
        client.hello(GREETING)


def test_a_ca_file_that_cannot_be_used_is_said(token_file: Path, tmp_path: Path) -> None:
    address = Address("https://127.0.0.1:1", token_file, tmp_path / "absent.pem")
    with pytest.raises(Unreachable, match=r"the CA file .*absent\.pem cannot be used"):
        RegistryClient(address, lambda: 0).hello(GREETING)


def test_a_server_without_tls_is_not_spoken_to_in_the_clear(server: tuple[ScriptedHttp, str], token_file: Path) -> None:
    client = RegistryClient(Address(server[1].replace("http:", "https:"), token_file), lambda: 0)
    with pytest.raises(Unreachable):
        client.hello(GREETING)
    assert server[0].asked == []


def test_an_answer_that_drips_is_given_up(client: RegistryClient, scripted: ScriptedHttp) -> None:
    moments = iter(range(0, 10_000_000, 20_000))
    client._mono_ms = lambda: next(moments)
    scripted.script["hello"].append(Answer(200, b" " * 300_000))
    with pytest.raises(Unreachable, match="broke"):
        client.hello(GREETING)


def test_a_request_that_waits_is_broken_off_from_another_thread(client: RegistryClient, scripted: ScriptedHttp) -> None:
    scripted.script["hello"].append(Answer(200, b'{"resume"', hangs=True))
    Timer(0.2, client.abort).start()
    began_s = monotonic()
    with pytest.raises(Unreachable):
        client.hello(GREETING)
    assert monotonic() - began_s < 3


def test_breaking_off_where_nothing_is_asked_does_nothing(client: RegistryClient) -> None:
    client.abort()
    client.hello(GREETING)
    client.close()
    client.abort()


def test_a_server_that_hung_up_meanwhile_is_connected_to_anew(token_file: Path) -> None:
    port = free_port()
    with scripted_http(port) as (_, url):
        client = RegistryClient(Address(url, token_file), lambda: 0)
        client.hello(GREETING)
    with scripted_http(port) as (scripted, _):
        scripted.script["changes"].append(NOTHING_NEW)
        try:
            client.hello(GREETING)
        except Unreachable:
            client.hello(GREETING)
        assert client.changes("g1", 1, 1) is not None
    client.close()


def test_no_delay_is_set_on_the_socket(client: RegistryClient) -> None:
    client.hello(GREETING)
    sock = client._connection.sock  # type: ignore[attr-defined]
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate of 127.0.0.1 that signs itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, and it makes this test's certificate")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subject = ["-subj", "/CN=registry", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run([*made, *subject, "-keyout", key, "-out", cert, "-days", "2"], check=True, capture_output=True)
    return key, cert


def test_a_registry_s_certificate_is_checked_against_the_ca_file(token_file: Path, tmp_path: Path) -> None:
    key, cert = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with scripted_http(tls=context) as (scripted, url):
        trusting = RegistryClient(Address(url, token_file, cert), lambda: 0)
        assert trusting.hello(GREETING).resume == 0
        trusting.close()
        with pytest.raises(Unreachable, match=r"certificate of .* is not trusted; see .registry. ca_file"):
            RegistryClient(Address(url, token_file), lambda: 0).hello(GREETING)
        elsewhere = url.replace("127.0.0.1", "localhost")
        with pytest.raises(Unreachable, match="is not trusted"):
            RegistryClient(Address(elsewhere, token_file, cert), lambda: 0).hello(GREETING)
        assert len(scripted.asked) == 1
