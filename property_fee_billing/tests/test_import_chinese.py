from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import format_date

from odoo.addons.property_fee_billing.wizards.community_import import cells
from odoo.addons.property_fee_billing.wizards.community_import.schema import SHEETS

from .import_case import ImportCase, day

MODULE = "property_fee_billing"


class ChineseCase(ImportCase):
    """The addon in Chinese, from the translations it comes with."""

    lang = "zh_CN"
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(cls.lang)
        cls.env["ir.module.module"]._load_module_terms(
            [MODULE], [cls.lang], overwrite=True
        )
        cls.manager.lang = cls.lang
        cls.env = cls.env(context={**cls.env.context, "lang": cls.lang})

    def import_as_manager(self):
        """Import as a manager who works in Chinese; gives the community as they see
        it."""
        community = self.do_import(user=self.manager)
        return community.with_user(self.manager).with_context(lang=self.lang)


@tagged("post_install", "-at_install")
class TestImportSimplified(ChineseCase):
    """A workbook whose every sheet, header and choice is Chinese."""

    def make_sheets(self):
        start = day("2024-11-27")
        return {
            "小区": [
                ["小区编号", "名称", "地址", "币种"],
                ["CH", "翠湖花园", "湖滨路 1 号", self.env.company.currency_id.name],
            ],
            "楼栋": [["楼栋编号", "名称"], ["3", "3 号楼"], ["P", "地下车库"]],
            "房屋": [
                [
                    "房号",
                    "楼栋",
                    "楼层",
                    "房屋类型",
                    "计费面积",
                    "套内面积",
                    "入住状态",
                ],
                ["3-1201", "3", 12, "住宅", 89.37, 70.5, "已入住"],
                ["3-1202", "3", 12, "住宅", 102.84, 80.22, "空置"],
                ["P-01", "P", -1, "车位", None, None, None],
            ],
            "业主": [
                ["房号", "业主编号", "业主姓名", "手机号", "身份", "缴费人"]
                + ["开始日期", "结束日期"],
                ["3-1201", "Y1", "张伟", "13800000001", "业主", "Y", None, None],
                ["3-1202", "Y2", "王芳", None, "业主", "N", None, None],
                ["3-1202", "K1", "李娜", None, "租户", "Y", None, None],
                ["P-01", "D1", "翠湖置业", None, "开发商", "Y", None, None],
            ],
            "收费项目": [
                ["项目编号", "名称", "费用类别", "税率"],
                ["WY", "物业服务费", "公共服务费", 6],
                ["TC", "停车服务费", "停车服务费", 6],
                ["SF", "水费", "计量收费", 0],
                ["GT", "公摊电费", "公摊费用", 0],
                ["TY", "维修", "特约服务费", 6],
            ],
            "收费标准": [
                ["标准编号", "项目编号", "名称", "计费方式", "不足月计算", "开始日期"]
                + ["单价", "阶梯周期", "服务等级", "定价依据"],
                ["WY-A", "WY", "电梯住宅", "计费面积", "按天", start]
                + [2.6, None, "二级", "合同约定"],
                ["TC-M", "TC", "地下车位", "固定金额", "按整月", start]
                + [300, None, None, "市场调节价"],
                ["SF-M", "SF", "居民用水", "仪表", "按天", start]
                + [0, "每次抄表", None, "政府指导价"],
            ],
            "阶梯": [
                ["标准编号", "开始日期", "上限", "单价"],
                ["SF-M", start, 18, 2.5],
                ["SF-M", start, None, 3.8],
            ],
            "收费安排": [
                ["房号", "标准编号", "开始日期", "账单月数", "收费时点", "数量"],
                ["3-1201", "WY-A", day("2026-01-17"), 1, "预收", None],
                ["3-1202", "WY-A", day("2026-01-01"), 1, "后收", None],
                ["P-01", "TC-M", day("2026-01-01"), 1, "预收", 2],
            ],
            "减免": [
                ["房号", "项目编号", "应缴比例", "开始日期", "原因"],
                ["3-1202", "WY", "70%", day("2026-01-01"), "空置"],
            ],
            "仪表": [
                ["表号", "房号", "标准编号", "表盘位数", "初始抄表日期", "初始读数"],
                ["W1", "3-1201", "SF-M", 5, day("2025-12-31"), 99970],
            ],
            "抄表记录": [
                ["表号", "日期", "读数"],
                ["W1", day("2026-01-31"), 12],
            ],
            "公摊费用": [
                ["项目编号", "开始日期", "结束日期", "金额", "分摊方式"]
                + ["楼栋编号列表", "房屋类型"],
                ["GT", day("2026-01-01"), day("2026-01-31"), 100.01, "计费面积"]
                + ["3", "住宅"],
            ],
            "一次性收费": [
                ["房号", "项目编号", "日期", "数量", "单价", "说明"],
                ["3-1201", "TY", day("2026-01-05"), 2, 88, "更换龙头"],
            ],
        }

    def compute(self, community):
        """The computed run of January, as the manager makes it."""
        runs = self.env["property.billing.run"].with_user(self.manager)
        run = runs.create(
            {
                "community_ids": [Command.set(community.ids)],
                "date_from": "2026-01-01",
                "date_to": "2026-01-31",
                "invoice_date": "2026-01-01",
            }
        )
        run.action_compute()
        return run

    def use_formula(self, formula):
        """Charge the service fee by a formula."""
        self.put("收费标准", 2, "计费方式", "公式")
        for row, value in zip(self.sheets["收费标准"], ("公式", formula), strict=False):
            row.append(value)

    def test_each_amount_is_explained_in_chinese(self):
        run = self.compute(self.import_as_manager())
        self.assertFalse(run.refusal_ids)
        start = format_date(self.env, "2024-11-27", lang_code=self.lang)
        rate = f"{start} 起执行的费率"
        found = {
            (line.unit_id.code, line.item_id.code): (
                line.amount,
                line.with_user(self.manager).explanation_text,
            )
            for line in run.line_ids
        }
        self.assertEqual(
            found,
            {
                ("3-1201", "WY"): (
                    112.43,
                    f"89.37 m² × 2.60 × 15/31，{rate}，= 112.43",
                ),
                ("3-1202", "WY"): (
                    187.17,
                    f"102.84 m² × 2.60 × 0.7，{rate}，减免原因：空置，= 187.17",
                ),
                ("P-01", "TC"): (600.0, f"300.00 × 2，{rate}，= 600.00"),
                ("3-1201", "SF"): (
                    136.2,
                    "99970 → 12（表盘已翻转），用量 42：18 × 2.50 + 24 × 3.80，"
                    f"{rate}，= 136.20",
                ),
                ("3-1201", "GT"): (
                    46.5,
                    "100.01 × 89.37 / 192.21，分摊方式：计费面积，= 46.50",
                ),
                ("3-1202", "GT"): (
                    53.51,
                    "100.01 × 102.84 / 192.21，分摊方式：计费面积，"
                    "含分摊余下的一分，= 53.51",
                ),
                ("3-1201", "TY"): (176.0, "2 × 88.00，更换龙头，= 176.00"),
            },
        )

    def test_faults_are_named_in_chinese(self):
        self.put("业主", 3, "业主姓名", None)
        self.put("房屋", 2, "房屋类型", "别墅")
        self.put("收费安排", 2, "标准编号", "WY-B")
        self.put("抄表记录", 2, "读数", 100000)
        choices = "住宅, 商铺, 办公, 车位, 储藏室, 其他"
        self.assertRefused(
            f"房屋, 第 2 行, 房屋类型: 别墅 不在可选项中：{choices}",
            "业主, 第 3 行, 业主姓名: 单元格为空",
            "收费安排, 第 2 行, 标准编号: 工作簿和小区中都没有收费标准 WY-B",
            "抄表记录, 第 2 行, 读数: 100000 超过仪表的 5 位数",
            user=self.manager,
        )

    def test_what_is_wrong_with_a_formula_is_said_in_chinese(self):
        self.use_formula("area * prize")
        reason = (
            "未知变量 'prize'：公式可用的变量有 area, inner_area, price, base, floor。"
        )
        self.assertRefused(
            f"收费标准, 第 2 行, 公式: 公式无法使用：{reason}", user=self.manager
        )
        self.put("收费标准", 2, "公式", "area * price / (floor - 12)")
        community = self.import_as_manager()
        standard = self.env["property.fee.standard"].search(
            [("community_id", "=", community.id), ("method", "=", "formula")]
        )
        with self.assertRaises(ValidationError) as caught:
            standard.formula = "area * prize"
        self.assertIn(reason, caught.exception.args[0])
        refusals = self.compute(community).refusal_ids
        self.assertEqual(refusals.mapped("reason"), ["formula_error"] * 2)
        self.assertEqual(set(refusals.mapped("detail")), {"公式中除数为零。"})

    def test_the_board_shows_the_state_of_the_last_run_in_chinese(self):
        states = self.env["property.community"].fields_get(["last_run_state"])
        self.assertIn(("computed", "已计算"), states["last_run_state"]["selection"])

    def test_the_same_workbook_again_changes_nothing(self):
        self.import_as_manager()
        self.age_records()
        self.import_as_manager()
        self.assertEqual(self.get_written(), {})


class LabelCase(ChineseCase):
    """Labels of the workbook in one language."""

    def assertLabelsTellApart(self):
        """No two sheets, columns of a sheet or choices of a column have one name."""
        self.assertDistinct("sheets", [self.env._(sheet.label) for sheet in SHEETS])
        for sheet in SHEETS:
            labels = [self.env._(column.label) for column in sheet.columns]
            self.assertDistinct(sheet.key, labels)
            for column in filter(lambda column: column.choices, sheet.columns):
                model, name = column.choices.rsplit(".", 1)
                selection = self.env["ir.model.fields"].get_field_selection(model, name)
                self.assertDistinct(
                    column.choices, [label for _key, label in selection]
                )

    def assertDistinct(self, what, labels):
        words = [cells.normalize(label) for label in labels]
        self.assertEqual(len(set(words)), len(words), f"{what}: {labels}")
        self.assertFalse([word for word in words if word.isascii()], what)


@tagged("post_install", "-at_install")
class TestSimplifiedLabels(LabelCase):
    def test_labels_tell_apart(self):
        self.assertLabelsTellApart()


@tagged("post_install", "-at_install")
class TestTraditionalLabels(LabelCase):
    lang = "zh_TW"

    def test_labels_tell_apart(self):
        self.assertLabelsTellApart()

    def test_headers_in_traditional_chinese(self):
        rows = self.sheets["Units"]
        rows[0] = [
            "戶號",
            "棟別",
            "樓層",
            "戶別類型",
            "計費面積",
            "室內面積",
            "入住狀態",
        ]
        rows[1][3], rows[1][6] = "住宅", "已入住"
        self.sheets["戶別"] = self.sheets.pop("Units")
        self.assertEqual(len(self.import_as_manager().unit_ids), 3)
