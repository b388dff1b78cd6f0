using System.Management.Automation.Language;
using System.Text.Json.Nodes;

namespace Concordat.Judge;

/// <summary>One small change of a script: the text between two places becomes another.</summary>
internal sealed record Edit(string Operator, Ast Of, int Start, int End, string Replacement)
{
    public static Edit Replace(string name, Ast node, string replacement) =>
        new(name, node, node.Extent.StartOffset, node.Extent.EndOffset, replacement);

    public JsonObject Answer(string text) => new()
    {
        ["operator"] = Operator,
        ["function"] = Mutants.FunctionAround(Of),
        ["line"] = LineAt(text, Start),
        ["lastLine"] = LineAt(text, End),
        ["column"] = Start - text.LastIndexOf('\n', Math.Max(0, Start - 1)),
        ["start"] = Start,
        ["end"] = End,
        ["text"] = text[Start..End],
        ["replacement"] = Replacement,
    };

    private static int LineAt(string text, int offset) => text.AsSpan(0, offset).Count('\n') + 1;
}

/// <summary>
/// Every mutant of a script, by the engine's own tree. The `$Declared` block and `param` are left
/// alone; of changes that come to the same, one is made.
/// </summary>
internal static class Mutants
{
    public static JsonNode Answer(JsonNode request, Documented documented)
    {
        var source = Source.Of(request);
        var edits = Statements.Dropped(source)
            .Concat(Conditions.Dropped(source))
            .Concat(Lists.Dropped(source))
            .Concat(Calls.Dropped(source))
            .Concat(Statements.Swapped(source))
            .Concat(Calls.Repaired(source, documented))
            .Where(edit => !IsDeclared(edit.Of));
        return new JsonObject
        {
            ["edits"] = Json.List(edits.Select(edit => (JsonNode)edit.Answer(source.Text))),
            ["statements"] = Json.List(Statements.All(source).Where(one => !IsDeclared(one)).Select(one =>
                (JsonNode)new JsonObject { ["start"] = one.Extent.StartOffset, ["end"] = one.Extent.EndOffset })),
        };
    }

    public static string FunctionAround(Ast node)
    {
        for (var one = node; one is not null; one = one.Parent)
        {
            if (one is FunctionDefinitionAst function) return function.Name;
        }
        return "script";
    }

    /// <summary>Whether a node belongs to what the topology says, which is judged elsewhere.</summary>
    private static bool IsDeclared(Ast node)
    {
        for (var one = node; one is not null; one = one.Parent)
        {
            if (one is ParamBlockAst or AttributeAst) return true;
            if (one is AssignmentStatementAst { Left: VariableExpressionAst { VariablePath.UserPath: "Declared" } }) return true;
        }
        return false;
    }
}

/// <summary>Statements that are dropped, and neighbours that change places.</summary>
internal static class Statements
{
    public static IEnumerable<Edit> Dropped(Source source) =>
        from block in Blocks(source)
        where !IsSameAsItsParent(block.Of, block.All)
        from statement in block.All
        select Edit.Replace("drop-statement", statement, "");

    /// <summary>Whatever runs or does not; a definition always does.</summary>
    public static IEnumerable<StatementAst> All(Source source) =>
        Blocks(source).SelectMany(block => block.All).Where(statement => statement is not FunctionDefinitionAst);

    public static IEnumerable<Edit> Swapped(Source source) =>
        from block in Blocks(source)
        from pair in block.All.Zip(block.All.Skip(1))
        where Matters(pair.First, pair.Second)
        let between = source.Text[pair.First.Extent.EndOffset..pair.Second.Extent.StartOffset]
        select new Edit(
            "swap-neighbours",
            pair.First,
            pair.First.Extent.StartOffset,
            pair.Second.Extent.EndOffset,
            pair.Second.Extent.Text + between + pair.First.Extent.Text);

    private static IEnumerable<(Ast Of, IReadOnlyList<StatementAst> All)> Blocks(Source source) =>
        source.All<NamedBlockAst>().Select(block => ((Ast)block, (IReadOnlyList<StatementAst>)block.Statements))
            .Concat(source.All<StatementBlockAst>()
                .Where(block => block.Parent is not (ArrayExpressionAst or SubExpressionAst))
                .Select(block => ((Ast)block, (IReadOnlyList<StatementAst>)block.Statements)));

    /// <summary>The only statement of a branch, a loop or a filter: to drop it is to drop the whole, or its condition.</summary>
    private static bool IsSameAsItsParent(Ast block, IReadOnlyList<StatementAst> all) => all.Count == 1 && block.Parent switch
    {
        IfStatementAst branch => branch.Clauses.Count == 1 && branch.ElseClause is null,
        TryStatementAst attempt => attempt.Body == block && attempt.Finally is null,
        LoopStatementAst => true,
        ScriptBlockAst body => Conditions.IsFilter(body),
        _ => false,
    };

    /// <summary>Definitions have no order, a jump ends its block, and assignments that share nothing commute.</summary>
    private static bool Matters(StatementAst first, StatementAst second)
    {
        if (first is FunctionDefinitionAst || second is FunctionDefinitionAst) return false;
        if (second is ReturnStatementAst or ExitStatementAst or ThrowStatementAst or ContinueStatementAst or BreakStatementAst) return false;
        return !(IsPlain(first) && IsPlain(second) && !Written(first).Overlaps(Used(second)) && !Written(second).Overlaps(Used(first)));
    }

    private static bool IsPlain(StatementAst statement) => statement is AssignmentStatementAst
        && !Source.All<CommandAst>(statement).Any()
        && !Source.All<InvokeMemberExpressionAst>(statement).Any();

    private static HashSet<string> Written(StatementAst statement) => Used(((AssignmentStatementAst)statement).Left);

    private static HashSet<string> Used(Ast node) =>
        new(Source.All<VariableExpressionAst>(node).Select(one => one.VariablePath.UserPath), StringComparer.OrdinalIgnoreCase);
}

/// <summary>Conditions that hold always or never, and parts of conditions that are not looked at.</summary>
internal static class Conditions
{
    private const string Name = "drop-comparison";

    public static IEnumerable<Edit> Dropped(Source source) =>
        source.All<IfStatementAst>().SelectMany(OfBranches)
            .Concat(source.All<ScriptBlockAst>().Where(IsFilter).SelectMany(OfFilter))
            .Concat(source.All<BinaryExpressionAst>().SelectMany(OfChain));

    /// <summary>What Where-Object asks of each object.</summary>
    public static bool IsFilter(ScriptBlockAst body) =>
        body.Parent is ScriptBlockExpressionAst { Parent: CommandAst command } && command.GetCommandName() == "Where-Object";

    /// <summary>Never, too, where dropping the whole statement does not come to the same.</summary>
    private static IEnumerable<Edit> OfBranches(IfStatementAst branch)
    {
        foreach (var (condition, _) in branch.Clauses)
        {
            yield return Edit.Replace(Name, condition, "$true");
            if (branch.Clauses.Count > 1 || branch.ElseClause is not null) yield return Edit.Replace(Name, condition, "$false");
        }
    }

    private static IEnumerable<Edit> OfFilter(ScriptBlockAst body) =>
        from statement in body.EndBlock.Statements.Take(1)
        from value in new[] { "$true", "$false" }
        select Edit.Replace(Name, statement, value);

    private static IEnumerable<Edit> OfChain(BinaryExpressionAst whole)
    {
        if (whole.Operator is not (TokenKind.And or TokenKind.Or)) yield break;
        if (whole.Parent is BinaryExpressionAst above && above.Operator == whole.Operator) yield break;
        var parts = Parts(whole, whole.Operator).ToList();
        var sign = whole.Operator == TokenKind.And ? " -and " : " -or ";
        foreach (var part in parts)
        {
            var rest = string.Join(sign, parts.Where(one => one != part).Select(one => one.Extent.Text));
            yield return Edit.Replace(Name, whole, rest);
        }
    }

    private static IEnumerable<ExpressionAst> Parts(ExpressionAst node, TokenKind sign) =>
        node is BinaryExpressionAst both && both.Operator == sign ? Parts(both.Left, sign).Concat(Parts(both.Right, sign)) : [node];
}

/// <summary>Names in a list, and entries of a table, left out: what is read, saved and compared.</summary>
internal static class Lists
{
    private const string Name = "drop-property";

    public static IEnumerable<Edit> Dropped(Source source) =>
        source.All<ArrayLiteralAst>().Where(IsListOfNames).SelectMany(OfList)
            .Concat(source.All<HashtableAst>().SelectMany(table => OfTable(table, source.Text)));

    private static bool IsListOfNames(ArrayLiteralAst list) =>
        list.Elements.Count > 1 && list.Elements.All(one => one is StringConstantExpressionAst);

    private static IEnumerable<Edit> OfList(ArrayLiteralAst list) =>
        from element in list.Elements
        let rest = list.Elements.Where(one => one != element).Select(one => one.Extent.Text)
        select Edit.Replace(Name, list, string.Join(", ", rest));

    private static IEnumerable<Edit> OfTable(HashtableAst table, string text)
    {
        foreach (var (key, value) in table.KeyValuePairs)
        {
            var end = value.Extent.EndOffset;
            if (text[end] == ';') end++;
            yield return new Edit(Name, table, key.Extent.StartOffset, end, "");
        }
    }
}

/// <summary>Parameters that are not given, and one repair in the place of another.</summary>
internal static class Calls
{
    public static IEnumerable<Edit> Dropped(Source source) =>
        from command in source.All<CommandAst>()
        from parameter in command.CommandElements.OfType<CommandParameterAst>()
        select new Edit("drop-parameter", parameter, parameter.Extent.StartOffset, EndOf(command, parameter), "");

    public static IEnumerable<Edit> Repaired(Source source, Documented documented)
    {
        var repairs = source.All<CommandAst>().SelectMany(Repairs).ToList();
        var words = repairs.Select(repair => repair.Value).Distinct().ToList();
        foreach (var repair in repairs)
        {
            var other = words.Where(word => word != repair.Value).OrderBy(word => word != "create").FirstOrDefault();
            if (other is not null) yield return Edit.Replace("repair-to-create", repair, $"'{other}'");
        }
        foreach (var command in source.All<CommandAst>())
        {
            if (command.GetCommandName() is not { } name || !name.StartsWith("Set-", StringComparison.Ordinal)) continue;
            var maker = "New-" + name[4..];
            if (documented.Find(maker) is not null) yield return Edit.Replace("repair-to-create", command.CommandElements[0], maker);
        }
    }

    private static IEnumerable<StringConstantExpressionAst> Repairs(CommandAst command) =>
        command.CommandElements.Zip(command.CommandElements.Skip(1))
            .Where(pair => pair.First is CommandParameterAst { ParameterName: "Repair" })
            .Select(pair => pair.Second)
            .OfType<StringConstantExpressionAst>();

    private static int EndOf(CommandAst command, CommandParameterAst parameter)
    {
        if (parameter.Argument is not null) return parameter.Extent.EndOffset;
        var next = command.CommandElements.SkipWhile(one => one != parameter).Skip(1).FirstOrDefault();
        return (next is null or CommandParameterAst ? parameter : next).Extent.EndOffset;
    }
}
