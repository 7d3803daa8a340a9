import { registry } from "@web/core/registry";

// A pixel: what a phone would send is larger, but no other.
const PIXEL =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

function attachPhoto() {
    const bytes = Uint8Array.from(atob(PIXEL), (char) => char.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([bytes], "stairs.png", { type: "image/png" }));
    document.querySelector("#complaint_photos").files = files.files;
}

registry.category("web_tour.tours").add("property_fee_complaints_complain", {
    url: "/my",
    steps: () => [
        {
            content: "the card of complaints",
            trigger: "a[href$='/my/complaints']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "a[href$='/my/complaints/new']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "a.o_complaint_category[data-code='fee']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "what is wrong on the bill",
            trigger: "details[open] input[name=lines]",
            run: "click",
        },
        {
            trigger: "#complaint_subject",
            run: "edit Billed for an area that is not mine",
        },
        {
            trigger: "#complaint_description",
            run: "edit My flat has 80 square metres.",
        },
        { trigger: "#complaint_photos", run: attachPhoto },
        {
            trigger: "button.o_complaint_send",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "it has a number, and the line is in review",
            trigger: ".alert-success strong:contains('C')",
        },
        { trigger: "section[aria-labelledby='complaint_words'] li .badge" },
        { trigger: "img.o_complaint_photo" },
        { trigger: "li[aria-current=step] .o_complaint_step_current ~ span small" },
    ],
});

registry.category("web_tour.tours").add("property_fee_complaints_accept", {
    url: "/my/complaints",
    steps: () => [
        {
            trigger: "a.card:has(.badge.text-bg-warning)",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#complaint_answer" },
        {
            trigger: "button.o_complaint_accept",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "it is settled", trigger: "header .badge.text-bg-success" },
        { trigger: "#rating_4", run: "click" },
        { trigger: "#complaint_feedback", run: "edit Quick and kind" },
        {
            trigger: "section:has(#complaint_rating) button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "[role=status] strong:contains('4')" },
    ],
});
