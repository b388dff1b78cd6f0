using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Concordat.Judge;

/// <summary>Constant expressions: first checked node by node, only then evaluated by the engine.</summary>
internal static class Constants
{
    /// <summary>Evaluates the one `$Declared = @{…}` at the top of a script, and nothing else of it.</summary>
    public static JsonNode Declared(JsonNode request)
    {
        var source = Source.Of(request);
        var blocks = source.All<AssignmentStatementAst>()
            .Where(assignment => assignment.Left is VariableExpressionAst { VariablePath.UserPath: var name } && name.Equals("Declared", StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (blocks.Count != 1) throw new InvalidDataException($"{blocks.Count} assignments to $Declared, expected 1");
        var block = blocks[0];
        if (block.Parent is not NamedBlockAst || block.Operator != TokenKind.Equals) throw new InvalidDataException("$Declared is not assigned at the top of the script");
        if (Foreign(block.Right) is { } foreign) throw new InvalidDataException($"line {foreign.Extent.StartLineNumber}: {foreign.GetType().Name} '{foreign.Extent.Text}' is not a literal");
        using var shell = Shell();
        return ToJson(Evaluate(shell, block.Right.Extent.Text)) ?? new JsonObject();
    }

    /// <summary>
    /// Judges many expressions at once: what each evaluates to (UTF-16 code units in base64, so that
    /// nothing is lost on the way) and whether the engine sees anything in it but constants.
    /// </summary>
    public static JsonNode Literals(JsonNode request)
    {
        using var shell = Shell();
        return Json.List(request["items"]!.AsArray().Select(item => (JsonNode?)Literal(shell, (string)item!)));
    }

    private static JsonObject Literal(PowerShell shell, string expression)
    {
        var source = Source.Parse("literal", expression);
        if (source.Errors.Length > 0) return new JsonObject { ["fault"] = source.Errors[0].Message };
        var answer = new JsonObject
        {
            ["commands"] = source.All<CommandAst>().Count(),
            ["strings"] = source.All<StringConstantExpressionAst>().Count(),
            ["statements"] = source.Tree.EndBlock.Statements.Count,
        };
        if (source.Tree.EndBlock.Statements is not [PipelineAst statement]) return With(answer, "fault", "not one expression");
        if (Foreign(statement) is { } foreign) return With(answer, "fault", $"{foreign.GetType().Name} '{foreign.Extent.Text}'");
        var value = Evaluate(shell, expression);
        return value is string text
            ? With(answer, "value", Convert.ToBase64String(MemoryMarshal.AsBytes(text.AsSpan())))
            : With(answer, "fault", $"evaluates to {value?.GetType().Name ?? "null"}");
    }

    private static JsonObject With(JsonObject answer, string key, string value)
    {
        answer[key] = value;
        return answer;
    }

    /// <summary>The first node that is not part of a constant; null when all is constant.</summary>
    public static Ast? Foreign(Ast expression) => expression.Find(node => !IsConstant(node), searchNestedScriptBlocks: true);

    private static bool IsConstant(Ast node) => node switch
    {
        HashtableAst or ArrayExpressionAst or ArrayLiteralAst or ParenExpressionAst or StatementBlockAst => true,
        PipelineAst { Background: false } or CommandExpressionAst { Redirections.Count: 0 } => true,
        ExpandableStringExpressionAst => false,
        ConstantExpressionAst => true,
        VariableExpressionAst { Splatted: false, VariablePath.UserPath: var name } => name.ToLowerInvariant() is "true" or "false" or "null",
        BinaryExpressionAst { Operator: TokenKind.Plus or TokenKind.Join } => true,
        UnaryExpressionAst { TokenKind: TokenKind.Join or TokenKind.Minus } => true,
        ConvertExpressionAst { Type.TypeName.FullName: var type } => type.ToLowerInvariant() is "char" or "string" or "char[]",
        TypeConstraintAst => true,
        _ => false,
    };

    private static PowerShell Shell() => PowerShell.Create(RunspaceFactory.CreateRunspace(InitialSessionState.Create())).Opened();

    private static PowerShell Opened(this PowerShell shell)
    {
        shell.Runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        shell.Runspace.Open();
        shell.Runspace.SessionStateProxy.LanguageMode = PSLanguageMode.FullLanguage;
        return shell;
    }

    private static object? Evaluate(PowerShell shell, string expression)
    {
        shell.Commands.Clear();
        shell.Streams.Error.Clear();
        // The comma keeps an array whole on its way out of the pipeline.
        var results = shell.AddScript($",({expression})").Invoke();
        if (shell.HadErrors) throw new InvalidDataException(shell.Streams.Error[0].ToString());
        return results.Single()?.BaseObject;
    }

    private static JsonNode? ToJson(object? value) => (value as PSObject)?.BaseObject switch
    {
        PSCustomObject => throw new InvalidDataException("an object where a literal was expected"),
        { } inner => ToJson(inner),
        null => value switch
        {
            null => null,
            string text => text,
            char one => one.ToString(),
            bool truth => truth,
            int number => number,
            long number => number,
            IDictionary table => Table(table),
            IEnumerable items => Json.List(items.Cast<object?>().Select(ToJson)),
            _ => throw new InvalidDataException($"{value.GetType().Name} where a literal was expected"),
        },
    };

    private static JsonObject Table(IDictionary table)
    {
        var sorted = new JsonObject();
        foreach (var key in table.Keys.Cast<string>().Order(StringComparer.Ordinal)) sorted[key] = ToJson(table[key]);
        return sorted;
    }
}
