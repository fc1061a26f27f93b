#include "verifier/hints.h"

#include "cli/lang.h"

/* For a check that failed or warns; for one that fails by the time, where that asks for something
 * else; for one that was not made although it could be; where something is to be trusted or imported
 * first, if that is not what `missing` says; and where only the policy is in the way. */
static const struct { struct label broken, expired, missing, trust, policy; } hint[MDOC_CHECKS_N] = {
    [MDOC_CHECK_RESPONSE_VERSION] = {
        .broken = { "the wallet speaks a version from 2.0 on; one of 1.x is understood here",
                    "钱包使用 2.0 或更高版本；本工具识别 1.x" },
    },
    [MDOC_CHECK_RESPONSE_STATUS] = {
        .broken = { "10 is a general error, 11 no CBOR, 12 CBOR that is no valid request: the wallet"
                    " found fault with the request, so look there",
                    "10 为一般错误，11 为不是 CBOR，12 为请求无效：钱包认为请求有误，请检查请求" },
    },
    [MDOC_CHECK_CLOCK] = {
        .broken = { "set this machine's clock; nothing can be judged by a wrong one",
                    "请校准本机时钟；时钟有误则无从判断" },
    },
    [MDOC_CHECK_REQUEST_EXPIRY] = {
        .broken = { "make a new request and let the holder answer it: owncard-verifier request",
                    "请用 owncard-verifier request 重新生成请求，由持有人作答" },
    },
    [MDOC_CHECK_RESPONSE_DECRYPTION] = {
        .broken = { "an answer in this handover is one set of documents, encrypted to the request's"
                    " one-time key: verify it with the very request that it answers",
                    "此种交换的应答须为一组用请求的一次性密钥加密的证件：请用它所答复的请求来核验" },
    },
    [MDOC_CHECK_RESPONSE_DOCUMENTS] = {
        .broken = { "the holder has no such card, or did not agree; an encrypted response needs"
                    " --request and the key beside it",
                    "持有人没有此证件，或未同意出示；加密的应答需要 --request 及其旁的密钥" },
    },
    [MDOC_CHECK_DOCUMENT_REQUESTED] = {
        .broken = { "the wallet answered with a document that the request does not name: compare"
                    " the docType of both",
                    "钱包出示了请求中没有的证件：请比较两者的 docType" },
    },
    [MDOC_CHECK_SIGNER_CHAIN] = {
        .broken = { "do not accept this card: its chain of certificates is forged, damaged or not to"
                    " the standard",
                    "请勿接受此证件：证书链系伪造、损坏或不合标准" },
        .trust = { "trust the issuer's root, from a source that you trust: owncard-verifier trust"
                    " add IACA.pem, or trust update DIR for lists; --anchor takes the authority"
                    " that issued the signer's certificate, --signer the signer's own",
                    "请从可信来源取得签发机构的根证书并加入：owncard-verifier trust add IACA.pem，"
                    "列表则用 trust update DIR；--anchor 用于签发机构的证书，"
                    "--signer 用于签发者自己的证书" },
        .expired = { "the holder needs a new copy, from a signer whose certificate is valid; if that"
                     " surprises, look at this machine's clock",
                     "持有人需要由证书有效的签发者签发的新副本；若与预期不符，请检查本机时钟" },
        .missing = { "the signer is believed because --signer names it; with --anchor its chain is"
                     " checked",
                     "因 --signer 指定而信任该签发者；用 --anchor 则检查其证书链" },
    },
    [MDOC_CHECK_SIGNER_COUNTRY] = {
        .broken = { "the authority may sign for its own country only: tell the issuer",
                    "机构只能为本国签发：请告知签发机构" },
    },
    [MDOC_CHECK_SIGNER_PROFILE] = {
        .broken = { "\"owncard-verifier cert lint\" explains every rule; --accept-profile accepts a"
                    " certificate that departs from the profile, but none of another kind",
                    "owncard-verifier cert lint 逐条说明规则；--accept-profile 可放行不合规格的证书，"
                    "但不放行为别的用途而签发的证书" },
    },
    [MDOC_CHECK_SIGNER_REVOCATION] = {
        .broken = { "all cards of a revoked signer stay refused: their holders need new copies",
                    "签发者被吊销后，其证件一律拒绝：持有人需要新的副本" },
        .missing = { "import the authority's revocation list, or a newer one: owncard-verifier trust"
                     " update DIR, or --crl FILE",
                     "请导入该机构的吊销列表或更新的列表：owncard-verifier trust update DIR，或"
                     " --crl FILE" },
    },
    [MDOC_CHECK_SIGNER_DOC_TYPE] = {
        .broken = { "the list of authorities restricts this one to other documents; only its"
                    " publisher can change that",
                    "机构列表限定该机构只能签发其他证件；只有列表发布者可以更改" },
    },
    [MDOC_CHECK_POLICY] = {
        .broken = { "the policy file says what is accepted here: policy.json of the folder, or"
                    " --policy",
                    "此处接受什么由策略文件规定：文件夹中的 policy.json，或 --policy" },
    },
    [MDOC_CHECK_ISSUER_ALGORITHM] = {
        .broken = { "each curve has one algorithm: ES256 goes with P-256, ES384 with P-384, and so"
                    " on; tell the issuer",
                    "每种曲线只配一种算法：ES256 配 P-256，ES384 配 P-384，等等；请告知签发机构" },
        .missing = { "the signer's key is of a kind that the standard does not have, such as RSA",
                     "签发者的密钥种类为标准所无，例如 RSA" },
    },
    [MDOC_CHECK_ISSUER_SIGNATURE] = {
        .broken = { "do not accept this card: it is forged or damaged, or made by a program that"
                    " signs other bytes than it sends",
                    "请勿接受此证件：系伪造或损坏，或制作程序所签与所发的字节不同" },
    },
    [MDOC_CHECK_MSO_VERSION] = {
        .broken = { "the issuer uses a version from 2.0 on; one of 1.x is understood here",
                    "签发者使用 2.0 或更高版本；本工具识别 1.x" },
    },
    [MDOC_CHECK_DIGESTS] = {
        .broken = { "an element was changed after signing, or encoded anew by a program on the way,"
                    " or its digest is of a kind that is not known here: digests are over the bytes"
                    " as issued",
                    "数据项在签名后被改动，或在途中被程序重新编码，或摘要算法未知："
                    "摘要针对签发时的原始字节" },
    },
    [MDOC_CHECK_DOC_TYPE] = {
        .broken = { "the card is shown as another type than it was issued as: do not accept it",
                    "出示的类型与签发的类型不同：请勿接受" },
    },
    [MDOC_CHECK_ISSUING_COUNTRY] = {
        .broken = { "the card names another country or jurisdiction than its signer may speak for:"
                    " do not accept an mDL; \"issuingCountry\" of the policy file decides for other"
                    " types",
                    "证件所写的国家或辖区与签发者证书不同：请勿接受 mDL；"
                    "其他类型由策略文件的 issuingCountry 决定" },
    },
    [MDOC_CHECK_SIGNED_IN_SIGNER] = {
        .broken = { "the card was signed before or after its signer's certificate was valid: tell"
                    " the issuer",
                    "证件签署时签发者证书尚未生效或已过期：请告知签发机构" },
    },
    [MDOC_CHECK_VALIDITY] = {
        .broken = { "only the issuer can mend the times of a card: tell the issuer",
                    "证件的时间只有签发机构能改正：请告知签发机构" },
        .expired = { "the holder needs a new copy from the issuer; if that surprises, look at this"
                     " machine's clock",
                     "持有人需向签发机构领取新的副本；若与预期不符，请检查本机时钟" },
    },
    [MDOC_CHECK_SIGNER_END] = {
        .broken = { "the card will be refused once its signer's certificate has ended;"
                    " \"cardOutlivesSigner\" of the policy file decides whether that refuses today",
                    "签发者证书到期后该证件将被拒绝；现在是否拒绝由策略文件的"
                    " cardOutlivesSigner 决定" },
    },
    [MDOC_CHECK_STATUS] = {
        .broken = { "do not accept this card: only its issuer can say more, lift a suspension,"
                    " or issue another",
                    "请勿接受此证件：只有签发者能进一步说明、解除暂停或另行签发" },
        .missing = { "import the issuer's status lists, or newer ones: owncard-verifier trust update"
                     " DIR, or --status-list FILE; --accept-unchecked-status accepts a card whose"
                     " revocation nobody looked up",
                     "请导入签发者的状态列表或更新的列表：owncard-verifier trust update DIR，或"
                     " --status-list FILE；--accept-unchecked-status 可放行未查吊销状态的证件" },
        .policy = { "the policy file refuses cards that name no status list: \"none\" of \"status\"",
                    "策略文件拒绝未写明状态列表的证件：见 status 的 none" },
    },
    [MDOC_CHECK_DEVICE_AUTHORIZED] = {
        .broken = { "the issuer must name what a device may say in keyAuthorizations, each"
                    " namespace in one way; without that it may say nothing",
                    "设备可签署的内容须由签发者在 keyAuthorizations 中以一种方式写明；"
                    "未写明则不得签署" },
    },
    [MDOC_CHECK_DEVICE_AUTH] = {
        .broken = { "for a genuine wallet this is most often another session transcript: with"
                    " --transcript, \"owncard-verifier verify --diagnose\" finds which one it"
                    " signed",
                    "若钱包是真的，最常见的原因是会话记录不同：使用 --transcript 时，"
                    "owncard-verifier verify --diagnose 可找出它签的是哪一个" },
        .missing = { "--reader-key gives the session's private key, which a device MAC needs",
                     "检查设备 MAC 需用 --reader-key 给出会话私钥" },
    },
    [MDOC_CHECK_DUPLICATES] = {
        .broken = { "of two values of one element nobody can say which one counts: do not accept it",
                    "同一数据项有两个值，无法判断以哪个为准：请勿接受" },
    },
    [MDOC_CHECK_ELEMENTS] = {
        .broken = { "the holder did not agree to everything, or the card lacks it: ask for less, or"
                    " ask again",
                    "持有人未全部同意，或证件没有该项：请减少所请求的内容，或重新请求" },
        .missing = { "--request compares what was shown with what was asked for",
                     "用 --request 可将出示的内容与所请求的内容比较" },
    },
};

static const struct label *of_outcome(const struct mdoc_check *check, enum mdoc_check_id id)
{
    if (check->outcome == MDOC_NOT_CHECKED)
        return &hint[id].missing;
    return check->why == OC_EXPIRED && hint[id].expired.en != NULL ? &hint[id].expired
                                                                    : &hint[id].broken;
}

const char *check_hint(const struct mdoc_check *check, enum mdoc_check_id id)
{
    const struct label *label = NULL;

    if (check->outcome == MDOC_PASS)
        return NULL;
    switch (check->remedy) {
    case MDOC_REMEDY_NONE:   return NULL;
    case MDOC_REMEDY_OWN:    label = of_outcome(check, id); break;
    case MDOC_REMEDY_TRUST:
        label = hint[id].trust.en != NULL ? &hint[id].trust : &hint[id].missing;
        break;
    case MDOC_REMEDY_POLICY: label = &hint[id].policy; break;
    }
    return label != NULL ? lang_text(label, check->language == MDOC_CHINESE) : NULL;
}
