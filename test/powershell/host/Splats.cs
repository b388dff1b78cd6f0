using System.Management.Automation.Language;

namespace Concordat.Judge;

/// <summary>One literal key of a splatted table and the expression it was given.</summary>
internal sealed record Entry(string Key, ExpressionAst? Value);

/// <summary>
/// What a splatted variable can hold where a call uses it: the literal tables that can reach the
/// call, each without and with the keys that are added on the way.
/// </summary>
internal static class Splats
{
    public static IReadOnlyList<IReadOnlyList<Entry>> Resolve(CommandAst call, VariableExpressionAst splat)
    {
        var name = splat.VariablePath.UserPath;
        var scope = ScopeOf(call);
        var before = Source.All<Ast>(scope).Where(node => node.Extent.EndOffset <= call.Extent.StartOffset && ScopeOf(node) == scope).ToList();
        var tables = before.OfType<AssignmentStatementAst>().Where(one => IsVariable(one.Left, name) && one.Operator == TokenKind.Equals).ToList();
        if (tables.Count == 0) throw new InvalidDataException($"@{name} is not a literal table of this function");
        // What was assigned before a table that always runs cannot reach the call.
        var from = tables.FindLastIndex(table => IsInside(call, BlockOf(table)));
        return tables.Skip(Math.Max(from, 0)).SelectMany(table => Sizes(table, name, before)).ToList();
    }

    private static IEnumerable<IReadOnlyList<Entry>> Sizes(AssignmentStatementAst table, string name, IReadOnlyList<Ast> before)
    {
        var least = Literal(table, name).ToList();
        yield return least;
        var later = before.Where(node => node.Extent.StartOffset >= table.Extent.EndOffset).SelectMany(node => Added(node, name));
        var most = least.Concat(later).GroupBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase).Select(group => group.Last()).ToList();
        if (most.Count > least.Count) yield return most;
    }

    private static IEnumerable<Entry> Literal(AssignmentStatementAst assignment, string name)
    {
        var table = assignment.Right.Find(node => node is HashtableAst, false) as HashtableAst;
        var expression = (assignment.Right as CommandExpressionAst)?.Expression ?? ((assignment.Right as PipelineAst)?.GetPureExpression());
        if (expression is ConvertExpressionAst convert) expression = convert.Child;
        if (table is null || expression != table) throw new InvalidDataException($"${name} is assigned something else than a literal table in line {assignment.Extent.StartLineNumber}");
        return Entries(table);
    }

    private static IEnumerable<Entry> Entries(HashtableAst table) =>
        table.KeyValuePairs.Select(pair => new Entry(KeyOf(pair.Item1), (pair.Item2 as PipelineAst)?.GetPureExpression()));

    private static IEnumerable<Entry> Added(Ast node, string name)
    {
        switch (node)
        {
            case AssignmentStatementAst { Left: IndexExpressionAst index } assignment when IsVariable(index.Target, name):
                return [new Entry(KeyOf(index.Index), Pure(assignment.Right))];
            case AssignmentStatementAst { Left: MemberExpressionAst member } assignment when IsVariable(member.Expression, name):
                return [new Entry(KeyOf(member.Member), Pure(assignment.Right))];
            case AssignmentStatementAst { Operator: TokenKind.PlusEquals } assignment when IsVariable(assignment.Left, name):
                return Pure(assignment.Right) is HashtableAst more ? Entries(more) : throw new InvalidDataException($"${name} grows by something else than a literal table");
            case InvokeMemberExpressionAst call when IsVariable(call.Expression, name):
                return KeyOf(call.Member) == "Add" && call.Arguments?.Count == 2
                    ? [new Entry(KeyOf(call.Arguments[0]), call.Arguments[1])]
                    : throw new InvalidDataException($"${name} is changed by {call.Extent.Text}");
            default:
                return [];
        }
    }

    private static ExpressionAst? Pure(StatementAst statement) =>
        (statement as CommandExpressionAst)?.Expression ?? (statement as PipelineAst)?.GetPureExpression();

    private static string KeyOf(Ast key) =>
        key is StringConstantExpressionAst text ? text.Value : throw new InvalidDataException($"the key {key.Extent.Text} is not a literal name");

    private static bool IsVariable(Ast node, string name) =>
        node is VariableExpressionAst variable && variable.VariablePath.UserPath.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static Ast ScopeOf(Ast node)
    {
        for (var above = node.Parent; above is not null; above = above.Parent)
        {
            if (above is FunctionDefinitionAst) return above;
            if (above.Parent is null) return above;
        }
        return node;
    }

    private static Ast BlockOf(Ast node)
    {
        var above = node.Parent;
        while (above is not (StatementBlockAst or NamedBlockAst)) above = above.Parent;
        return above;
    }

    private static bool IsInside(Ast node, Ast block)
    {
        for (var above = node; above is not null; above = above.Parent)
        {
            if (above == block) return true;
        }
        return false;
    }
}
