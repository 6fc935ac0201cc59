"""Addresses: orders."""

from django.urls import path

from volunteers.views import (
    help,
    my_orders,
    order_calls,
    order_change,
    order_late,
    order_list,
    order_new,
    orders,
)

urlpatterns = [
    # residents, without an account
    path("e/<slug:code>/help/", help.help, name="help"),
    path("help/received/", help.help_received, name="help_received"),
    path("help/track/", help.help_track, name="help_track"),
    path("help/orders/<int:pk>/", help.help_order, name="help_order"),
    path("help/orders/<int:pk>/open/", help.help_open, name="help_open"),
    path("help/orders/<int:pk>/confirm/", help.help_confirm, name="help_confirm"),
    path("help/orders/<int:pk>/doubt/", help.help_doubt, name="help_doubt"),
    path("help/orders/<int:pk>/undoubt/", help.help_undoubt, name="help_undoubt"),
    path("help/orders/<int:pk>/rate/", help.help_rate, name="help_rate"),
    path("help/orders/<int:pk>/time/", help.help_change_time, name="help_change_time"),
    path("help/orders/<int:pk>/cancel/", help.help_cancel, name="help_cancel"),
    path("help/orders/<int:pk>/forget/", help.help_forget, name="help_forget"),
    # staff
    path("orders/", order_list.orders, name="orders"),
    path("orders/find/", order_list.order_find, name="order_find"),
    path("orders/new/", order_new.order_new, name="order_new"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/dispatch/", orders.order_dispatch, name="order_dispatch"),
    path("orders/<int:pk>/price/", orders.order_price, name="order_price"),
    path("orders/<int:pk>/change/", order_change.order_change, name="order_change"),
    path("orders/<int:pk>/time/", orders.order_time, name="order_time"),
    path("orders/<int:pk>/cancel/", orders.order_cancel, name="order_cancel"),
    path("orders/<int:pk>/confirm/", orders.order_confirm, name="order_confirm"),
    path("orders/<int:pk>/called/", order_calls.order_called, name="order_called"),
    path("orders/<int:pk>/again/", order_calls.order_again, name="order_again"),
    path("orders/<int:pk>/reveal/", orders.order_reveal, name="order_reveal"),
    path("orders/<int:pk>/take-back/", order_late.order_take_back, name="order_take_back"),
    path("orders/<int:pk>/remind/", order_late.order_remind, name="order_remind"),
    path("orders/<int:pk>/refer/", orders.order_refer, name="order_refer"),
    # volunteers
    path("mine/orders/", my_orders.my_orders, name="my_orders"),
    path("mine/orders/<int:pk>/", my_orders.my_order, name="my_order"),
    path("mine/orders/<int:pk>/day/", my_orders.my_agree_day, name="my_agree_day"),
    path("mine/orders/<int:pk>/calendar/", my_orders.my_order_calendar, name="my_order_calendar"),
    path("mine/orders/<int:pk>/accept/", my_orders.my_accept, name="my_accept"),
    path("mine/orders/<int:pk>/decline/", my_orders.my_decline, name="my_decline"),
    path("mine/orders/<int:pk>/again/", my_orders.my_answer_again, name="my_answer_again"),
    path("mine/orders/<int:pk>/not-yet/", my_orders.my_undo_set_out, name="my_undo_set_out"),
    path("mine/orders/<int:pk>/set-out/", my_orders.my_set_out, name="my_set_out"),
    path("mine/orders/<int:pk>/begin/", my_orders.my_begin, name="my_begin"),
    path("mine/orders/<int:pk>/hand-over/", my_orders.my_hand_over, name="my_hand_over"),
    path("mine/orders/<int:pk>/finish/", my_orders.my_finish, name="my_finish"),
]
