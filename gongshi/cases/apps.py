from datetime import timedelta

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "gongshi.cases"
    label = "cases"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from gongshi.cases import digests, effects, jobs, learning, mailing, public_index, record
        from gongshi.notifications import effects as named
        from gongshi.notifications import schedule
        from gongshi.safekeeping import subjects

        subjects.register("cases", jobs.subjects_that_exist)
        post_migrate.connect(public_index.lay, sender=self, dispatch_uid="cases.public_index")
        named.register(record.CONTACT_EFFECT, effects.contact_of)
        named.register(record.CLAIM_EFFECT, effects.claimant_of, sent=effects.code_was_sent)
        named.register(record.HELD_EFFECT, effects.writer_of, sent=effects.writer_was_told)
        schedule.register("cases.mail", every=timedelta(minutes=1), run=mailing.take_mail)
        schedule.register("cases.mail_marks", every=timedelta(days=1), run=mailing.forget_old)
        schedule.register("cases.clocks", every=timedelta(minutes=1), run=jobs.tick_clocks)
        schedule.register("cases.cover", every=timedelta(minutes=10), run=jobs.tick_cover)
        schedule.register("cases.glass", every=timedelta(seconds=20), run=jobs.tick_glass)
        schedule.register("cases.drafts", every=timedelta(hours=1), run=jobs.sweep_drafts)
        schedule.register("cases.claims", every=timedelta(hours=1), run=jobs.expire_claims)
        schedule.register("cases.desk_drafts", every=timedelta(hours=1), run=jobs.sweep_typed)
        named.register(digests.EFFECT, digests.reader_of)
        schedule.register("cases.digest", every=timedelta(hours=1), run=jobs.tell_week)
        schedule.register(
            "cases.index", every=timedelta(minutes=1), run=jobs.index_published, lease=timedelta(hours=1)
        )
        _keep_the_tally()
        schedule.register("cases.undo", every=timedelta(hours=1), run=jobs.forget_undone)
        schedule.register(
            "cases.files", every=timedelta(hours=12), run=jobs.sweep_files, lease=timedelta(hours=1)
        )
        schedule.register(
            "cases.erasure", every=timedelta(minutes=20), run=jobs.erase, lease=timedelta(hours=1)
        )
        schedule.register(
            "cases.retention", every=timedelta(hours=1), run=jobs.retain, lease=timedelta(hours=1)
        )
        schedule.register(
            "cases.rewrite", every=timedelta(hours=6), run=jobs.rewrite, lease=timedelta(hours=1)
        )
        schedule.register(
            "cases.erased_elsewhere",
            every=timedelta(days=1),
            run=jobs.erase_what_is_erased_elsewhere,
            lease=timedelta(hours=1),
        )
        schedule.register(
            "cases.ladders", every=timedelta(hours=12), run=jobs.keep_sealed, lease=timedelta(hours=1)
        )
        schedule.register(
            "cases.suggester",
            every=timedelta(days=1),
            run=learning.learn_from_time_to_time,
            lease=timedelta(hours=1),
        )
        schedule.register("cases.glass_keys", every=timedelta(hours=1), run=jobs.keep_glass_closed)
        schedule.register(
            "cases.keys", every=timedelta(hours=12), run=jobs.sweep_keys, lease=timedelta(hours=1)
        )


def _keep_the_tally() -> None:
    from gongshi.cases import jobs
    from gongshi.notifications import schedule

    schedule.register("cases.tally", every=timedelta(minutes=1), run=jobs.fold_tally)
    schedule.register("cases.tally_check", every=timedelta(hours=1), run=jobs.check_tally)
