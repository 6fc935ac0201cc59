"""Taking on a wish while something else happens; two people, not two accounts, for a donation."""

import pytest
from django.core.exceptions import ValidationError

from tests.volunteers.giving import claimed_wish, donation_in, open_wish
from tests.volunteers.rows import identity_number, verified, volunteer_in
from tests.volunteers.test_leaving import begun_before_the_end_of
from volunteers.models import Donation
from volunteers.services import profiles, wishes


@pytest.mark.django_db(transaction=True)
def test_a_fourth_wish_at_the_same_time_and_one_who_is_going(community, estate, cast):
    worker, me = cast("worker"), volunteer_in(community)
    for _ in range(2):
        claimed_wish(estate, worker, me)
    third, fourth = open_wish(estate, worker), open_wish(estate, worker)
    answer = begun_before_the_end_of(
        lambda: wishes.claim_wish(wish=third, by=me.user, volunteer=me),
        lambda: wishes.claim_wish(wish=fourth, by=me.user, volunteer=me),
    )
    assert "手上已经有3个心愿" in str(answer)
    answer = begun_before_the_end_of(
        lambda: profiles.leave(volunteer=me, by=me.user),
        lambda: wishes.claim_wish(wish=fourth, by=me.user, volunteer=me),
    )
    assert "还不能认领" in str(answer)
    assert not me.wishes.exists()


@pytest.mark.django_db
def test_two_accounts_of_one_person_are_no_two_witnesses(community, cast):
    worker, colleague = cast("worker"), cast("colleague")
    number = identity_number(4321)
    verified(worker, community, number=number)
    verified(colleague, community, number=number)
    with pytest.raises(ValidationError, match="记的人不能自己见证"):
        donation_in(community, worker, colleague)
    with pytest.raises(ValidationError, match="是同一个人"):
        donation_in(community, cast("secretary"), colleague, received_by=worker)
    assert not Donation.objects.exists()
    assert donation_in(community, worker, cast("secretary")).witness == cast("secretary")
