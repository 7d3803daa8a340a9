from odoo import fields, models
from odoo.tools import SQL


class PropertySurveyScore(models.Model):
    """How owners answered the scored questions of owner surveys.

    A row is one answer to one question. Its score is what the chosen answer is worth
    in percent of the best answer, so averages are right over any group: by question,
    community, period.
    """

    _name = "property.survey.score"
    _description = "Survey Score"
    _auto = False
    _order = "date desc, community_id, question_id"
    _depends = {
        "property.owner.survey": ["community_id", "company_id", "date_to"],
        "survey.user_input": ["owner_survey_id", "state", "survey_id", "test_entry"],
        "survey.user_input.line": [
            "answer_score",
            "question_id",
            "skipped",
            "suggested_answer_id",
            "user_input_id",
        ],
        "survey.question": ["question_type"],
        "survey.question.answer": ["answer_score", "question_id"],
    }

    owner_survey_id = fields.Many2one("property.owner.survey", readonly=True)
    answer_id = fields.Many2one("survey.user_input", readonly=True)
    survey_id = fields.Many2one("survey.survey", string="Questionnaire", readonly=True)
    question_id = fields.Many2one("survey.question", readonly=True)
    community_id = fields.Many2one("property.community", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(
        string="Period", readonly=True, help="The last day the survey asks about."
    )
    score = fields.Float(
        string="Score (%)",
        readonly=True,
        aggregator="avg",
        help="What the chosen answer is worth, in percent of the best one.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH best AS (
                SELECT question_id, MAX(answer_score) AS points
                  FROM survey_question_answer
                 WHERE question_id IS NOT NULL
              GROUP BY question_id
                HAVING MAX(answer_score) > 0
            )
            SELECT line.id,
                   answer.owner_survey_id,
                   answer.id AS answer_id,
                   answer.survey_id,
                   line.question_id,
                   survey.community_id,
                   survey.company_id,
                   survey.date_to AS date,
                   100 * GREATEST(line.answer_score, 0) / best.points AS score
              FROM survey_user_input_line line
              JOIN best ON best.question_id = line.question_id
              JOIN survey_question question
                ON question.id = line.question_id
               AND question.question_type = 'simple_choice'
              JOIN survey_user_input answer ON answer.id = line.user_input_id
              JOIN property_owner_survey survey ON survey.id = answer.owner_survey_id
             WHERE answer.state = 'done'
               AND answer.test_entry IS NOT TRUE
               AND line.skipped IS NOT TRUE
               AND line.suggested_answer_id IS NOT NULL
            """
        )
