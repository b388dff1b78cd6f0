using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace Concordat.Judge;

/// <summary>A use of something that not every PowerShell knows.</summary>
internal sealed record Use(IScriptExtent Extent, string Construct, Version Since);

/// <summary>
/// The engine is newer than the shells our scripts run in and takes what they refuse.
/// These tables say since when each thing exists.
/// </summary>
internal static partial class Levels
{
    private static readonly Version V4 = new(4, 0), V5 = new(5, 0), V6 = new(6, 0), V7 = new(7, 0), V71 = new(7, 1), V73 = new(7, 3);

    private static readonly Dictionary<string, Version> Variables = new(StringComparer.OrdinalIgnoreCase)
    {
        ["InformationPreference"] = V5, ["IsWindows"] = V6, ["IsLinux"] = V6, ["IsMacOS"] = V6, ["IsCoreCLR"] = V6,
        ["PSStyle"] = V7, ["EnabledExperimentalFeatures"] = V6, ["PSNativeCommandUseErrorActionPreference"] = V73,
    };

    private static readonly Dictionary<string, Version> Members = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Where"] = V4, ["ForEach"] = V4,
    };

    public static IEnumerable<Use> Of(Source source) =>
        source.Tree.FindAll(_ => true, searchNestedScriptBlocks: true).SelectMany(OfNode).Concat(OfTokens(source.Tokens));

    private static IEnumerable<Use> OfNode(Ast node)
    {
        foreach (var (construct, since) in Constructs(node)) yield return new Use(node.Extent, construct, since);
    }

    private static IEnumerable<(string, Version)> Constructs(Ast node) => node switch
    {
        TernaryExpressionAst => [("ternary", V7)],
        PipelineChainAst => [("pipeline chain", V7)],
        PipelineAst { Background: true } => [("background operator", V6)],
        TypeDefinitionAst => [("class or enum", V5)],
        UsingStatementAst => [("using statement", V5)],
        ConfigurationDefinitionAst => [("configuration", V4)],
        DynamicKeywordStatementAst => [("dynamic keyword", V5)],
        ScriptBlockAst { CleanBlock: not null } => [("clean block", V73)],
        BinaryExpressionAst { Operator: TokenKind.QuestionQuestion } => [("null-coalescing operator", V7)],
        AssignmentStatementAst { Operator: TokenKind.QuestionQuestionEquals } => [("null-coalescing assignment", V7)],
        FileRedirectionAst { FromStream: RedirectionStream.Information } => [("information stream", V5)],
        MergingRedirectionAst { FromStream: RedirectionStream.Information } => [("information stream", V5)],
        IndexExpressionAst { NullConditional: true } => [("null-conditional index", V71)],
        VariableExpressionAst variable when Variables.TryGetValue(variable.VariablePath.UserPath, out var since) => [($"${variable.VariablePath.UserPath}", since)],
        MemberExpressionAst member => OfMember(member),
        _ => [],
    };

    private static IEnumerable<(string, Version)> OfMember(MemberExpressionAst member)
    {
        if (member.NullConditional) yield return ("null-conditional member", V71);
        if (member is not InvokeMemberExpressionAst call || member.Member is not StringConstantExpressionAst name) yield break;
        if (call.Static && name.Value.Equals("new", StringComparison.OrdinalIgnoreCase)) yield return ("::new()", V5);
        if (!call.Static && Members.TryGetValue(name.Value, out var since)) yield return ($".{name.Value}()", since);
        if (call.GenericTypeArguments is { Count: > 0 }) yield return ("generic method", V73);
    }

    private static IEnumerable<Use> OfTokens(Token[] tokens)
    {
        Token? before = null;
        foreach (var token in tokens.Where(token => token.Kind is not TokenKind.NewLine and not TokenKind.Comment))
        {
            if (token is NumberToken && NewNumber().IsMatch(token.Text)) yield return new Use(token.Extent, "number literal", V6);
            if (token is StringExpandableToken && NewEscape().IsMatch(token.Text)) yield return new Use(token.Extent, "string escape", V6);
            if (token.Kind == TokenKind.Pipe && before is { } && StartsLine(before, token)) yield return new Use(token.Extent, "pipe at the start of a line", V7);
            before = token;
        }
    }

    private static bool StartsLine(Token before, Token pipe) =>
        before.Kind != TokenKind.LineContinuation && before.Extent.EndLineNumber < pipe.Extent.StartLineNumber;

    [GeneratedRegex("^0b|(?<!^0x[0-9a-f]*)(u|y|s|n|ul|us|uy)$", RegexOptions.IgnoreCase)]
    private static partial Regex NewNumber();

    [GeneratedRegex("(?<!`)(``)*`(u\\{|e)")]
    private static partial Regex NewEscape();
}
