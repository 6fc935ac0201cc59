"""Addresses: posts."""

from django.urls import path

from volunteers.views import my_posts, posts

urlpatterns = [
    path("posts/", posts.posts, name="posts"),
    path("posts/new/", posts.post_new, name="post_new"),
    path("posts/sheet/", posts.posts_sheet, name="posts_sheet"),
    path("posts/<int:pk>/", posts.post, name="post"),
    path("posts/<int:pk>/change/", posts.post_change, name="post_change"),
    path("posts/<int:pk>/zone/", posts.post_zone, name="post_zone"),
    path("posts/<int:pk>/end/", posts.post_end, name="post_end"),
    path("posts/claims/<int:pk>/", posts.claim, name="claim"),
    path("posts/claims/<int:pk>/renew/", posts.claim_renew, name="claim_renew"),
    path("posts/claims/<int:pk>/end/", posts.claim_end, name="claim_end"),
    path("mine/posts/", my_posts.my_posts, name="my_posts"),
    path("mine/posts/<int:pk>/", my_posts.my_post, name="my_post"),
    path("mine/claims/<int:pk>/renew/", my_posts.my_claim_renew, name="my_claim_renew"),
    path("mine/claims/<int:pk>/end/", my_posts.my_claim_end, name="my_claim_end"),
    path("mine/claims/<int:pk>/resume/", my_posts.my_claim_resume, name="my_claim_resume"),
]
