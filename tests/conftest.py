"""The places and the small fixed cast that every test knows.

city > district > street > community > estate      (own)
                           sibling   > other_estate (same street, other community)
                  far_street > far_community > far_estate
"""

import pytest
from django.db import connection
from hypothesis import settings as hypothesis_settings

from stations.choices import Level, Role
from tests.factories import AreaFactory, PostingFactory, UserFactory

# The same examples in every run: a change is judged by itself, not by luck.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("steady")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests with real processes empty the tables between them; only here that is allowed."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER stations_act_never_emptied ON stations_act")
        cursor.execute("DROP TRIGGER deliberation_event_never_emptied ON deliberation_event")
        cursor.execute("DROP TRIGGER volunteers_hour_never_emptied ON volunteers_hour")
        cursor.execute("DROP TRIGGER volunteers_point_never_emptied ON volunteers_point")


@pytest.fixture(autouse=True)
def undefined_template_variables_fail(settings):
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = ""


@pytest.fixture
def city(db):
    return AreaFactory(name="云州市", level=Level.CITY)


@pytest.fixture
def district(city):
    return AreaFactory(name="天元区", level=Level.DISTRICT, parent=city)


@pytest.fixture
def street(district):
    return AreaFactory(name="庆云街道", level=Level.STREET, parent=district)


@pytest.fixture
def community(street):
    return AreaFactory(name="锦绣社区", level=Level.COMMUNITY, parent=street)


@pytest.fixture
def estate(community):
    return AreaFactory(name="锦绣江山", level=Level.ESTATE, parent=community)


@pytest.fixture
def sibling(street):
    return AreaFactory(name="庆云山社区", level=Level.COMMUNITY, parent=street)


@pytest.fixture
def other_estate(sibling):
    return AreaFactory(name="福鑫南郡", level=Level.ESTATE, parent=sibling)


@pytest.fixture
def far_street(district):
    return AreaFactory(name="榕花街道", level=Level.STREET, parent=district)


@pytest.fixture
def far_community(far_street):
    return AreaFactory(name="榕花社区", level=Level.COMMUNITY, parent=far_street)


@pytest.fixture
def far_estate(far_community):
    return AreaFactory(name="榕树花园", level=Level.ESTATE, parent=far_community)


@pytest.fixture
def cast(request):
    """cast("worker") -> User. Asks only for the places that this person needs."""

    def place(name):
        return request.getfixturevalue(name)

    known = {}
    postings = {
        "worker": ("community", Role.WORKER),
        "colleague": ("community", Role.WORKER),
        "secretary": ("community", Role.SECRETARY),
        "officer": ("street", Role.OFFICER),
        "district": ("district", Role.DISTRICT),
        "volunteer": ("community", Role.VOLUNTEER),
        "admin": ("city", Role.ADMIN),
        "sibling_worker": ("sibling", Role.WORKER),
        "sibling_secretary": ("sibling", Role.SECRETARY),
        "far_officer": ("far_street", Role.OFFICER),
    }

    def person(who):
        if who not in known:
            if who == "stranger":
                known[who] = UserFactory(name="stranger")
            else:
                area, role = postings[who]
                user = UserFactory(username=who, name=who)
                PostingFactory(user=user, area=place(area), role=role)
                known[who] = user
        return known[who]

    return person


@pytest.fixture
def sign_in(client, cast):
    """sign_in("worker"): the client of that person. "anonymous" stays outside."""

    def enter(who):
        if who == "anonymous":
            client.logout()
        else:
            client.force_login(cast(who), backend="stations.foundation.sign_in.PhoneOrNameBackend")
        return client

    return enter
