"""sut.toml: every mistake gets one clear message that names what to change."""

import pytest
from ocpp_proof.cases.errors import ConfigurationError
from ocpp_proof.cases.passwords import octets as password_octets
from ocpp_proof.run.keyring import Keyring
from ocpp_proof.sut.config import load

GOOD = """
[sut]
role = "csms"
ocpp = ["2.0.1"]
[connection]
url = "ws://127.0.0.1:9000/ocpp"
"""


def written(tmp_path, text):
    file = tmp_path / "sut.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_sound_file(tmp_path):
    config = load(written(tmp_path, GOOD))
    assert (config.role, config.versions, config.connection.pattern) == ("csms", ("2.0.1",), "PROOF-{n:04}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[sut\n", "not valid TOML"),
        (GOOD.replace('role = "csms"', ""), r"sut\.role must be .* \(it is missing\)"),
        (GOOD.replace('role = "csms"', 'role = "cp"'), "sut.role must be"),
        (GOOD.replace("role", "rol"), "unknown key 'rol'; did you mean 'role'"),
        (GOOD + "[conection]\nx = 1", "unknown key 'conection'; did you mean 'connection'"),
        (GOOD.replace("2.0.1", "2.0"), r"sut\.ocpp has '2\.0'; did you mean '2\.0\.1'"),
        (GOOD.replace("url =", "listen ="), "'listen' does not go with sut.role"),
        (GOOD.replace("ws://127", "http://127"), "must be a ws:// or wss://"),
        (GOOD + "security_profile = 3", "needs a wss:// address"),
        (GOOD + "security_profile = 4", "must be 0, 1, 2 or 3"),
        (GOOD + "security_profile = 1", "needs 'password'"),
        (GOOD + 'password = { env = "NO_SUCH_VARIABLE_HERE" }', "NO_SUCH_VARIABLE_HERE is not set"),
        (GOOD + 'identity = "a"\nidentities = ["b"]', "not both"),
        (GOOD + 'identity = "a:b"', "must not be empty or contain ':'"),
        (GOOD + 'identities = "CP{n:zz}"', "not a pattern"),
        (GOOD + "[values]\nquiet = 0", "values.quiet must be a number of seconds above 0"),
        (GOOD + "[values]\nrestart_wait = 0", "values.restart_wait must be a number of seconds above 0"),
        (GOOD + "[values]\nparallel = 0", "values.parallel must be a number of cases, 1 or more, not 0"),
        (GOOD + '[values]\nparallel = "all"', "values.parallel must be a number of cases, 1 or more, not 'all'"),
        (GOOD + '[values]\ntokens = { valid = { id = "x" } }', "values.tokens.valid must be"),
        (GOOD + '[driver]\nuse = ["octtapi"]', "unknown driver 'octtapi'; did you mean 'octt-api'"),
        (GOOD + '[driver]\nuse = ["manual"]\nwebhook = {}', "'webhook' has options but is not in driver.use"),
        (GOOD + '[[known]]\ncase = "TC_B_01_CSMS"', "'reason' is missing"),
    ],
)
def test_mistakes(tmp_path, text, message):
    with pytest.raises(ConfigurationError, match=message):
        load(written(tmp_path, text))


def test_a_missing_file(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path / "nowhere.toml")


def test_a_station_needs_listen(tmp_path):
    with pytest.raises(ConfigurationError, match="'listen' is missing"):
        load(written(tmp_path, '[sut]\nrole = "station"\nocpp = "1.6"\n'))


def test_the_password_comes_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("CS001_PASSWORD", "a-password-of-16-chars")
    text = GOOD + 'security_profile = 1\npassword = { env = "CS001_PASSWORD" }'
    assert load(written(tmp_path, text)).connection.password_of("any") == "a-password-of-16-chars"


@pytest.mark.parametrize(
    ("given", "octets"),
    [
        ('{ hex = "000102fffe" }', bytes.fromhex("000102fffe")),
        ('{ hex = { file = "digits.txt" } }', b"\xa0\xb1"),
        ('{ binary = "key.bin" }', b"\x80key\n"),
        ('{ file = "text.txt" }', "pässwort".encode()),
    ],
)
def test_a_password_may_be_any_octets(tmp_path, given, octets):
    (tmp_path / "digits.txt").write_text("A0B1\n", encoding="utf-8")
    (tmp_path / "key.bin").write_bytes(b"\x80key\n")
    (tmp_path / "text.txt").write_text("pässwort\n", encoding="utf-8")
    connection = load(written(tmp_path, GOOD + f"security_profile = 1\npassword = {given}")).connection
    assert password_octets(connection.password_of("any")) == octets


@pytest.mark.parametrize("given", ['{ hex = "12x" }', '{ hex = "123" }'])
def test_wrong_digits_are_named(tmp_path, given):
    with pytest.raises(ConfigurationError, match="even number of hexadecimal digits"):
        load(written(tmp_path, GOOD + f"security_profile = 1\npassword = {given}"))


def test_secrets_of_a_driver_come_from_elsewhere_and_are_hidden(tmp_path, monkeypatch):
    monkeypatch.setenv("API_KEY", "key-of-the-api")
    (tmp_path / "password").write_text("password-of-the-api\n")
    config = load(
        written(
            tmp_path,
            GOOD + '[driver]\nuse = ["webhook"]\n'
            '[driver.webhook]\nheaders = { X-Key = { env = "API_KEY" } }\n'
            'login = { url = "http://x", take = "t", body = { user = "u", password = { file = "password" } } }\n',
        )
    )
    options = config.driver_options["webhook"]
    assert options["headers"] == {"X-Key": "key-of-the-api"}
    assert options["login"]["body"] == {"user": "u", "password": "password-of-the-api"}
    keyring = Keyring(config, security_profile=0, real_link=None)
    shown = keyring.redactor.text("sent key-of-the-api, password-of-the-api")
    assert "of-the-api" not in shown
    monkeypatch.delenv("API_KEY")
    with pytest.raises(ConfigurationError, match=r"headers\.X-Key: the environment variable API_KEY is not set"):
        load(tmp_path / "sut.toml")
    monkeypatch.setenv("API_KEY", "")  # as in a CI job that may not see the secret
    with pytest.raises(ConfigurationError, match=r"headers\.X-Key: the environment variable API_KEY is empty"):
        load(tmp_path / "sut.toml")
