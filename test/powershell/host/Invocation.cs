using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Security;

namespace Concordat.Judge;

/// <summary>Values that stand for what a script computes, one a type.</summary>
internal static class Dummies
{
    private const string Variable = "dummies";

    private static readonly Dictionary<string, object> Values = new()
    {
        ["object"] = new object(), ["string"] = "text", ["string[]"] = new[] { "text" }, ["bool"] = true, ["switch"] = true,
        ["int16"] = (short)1, ["int"] = 1, ["long"] = 1L, ["uint32"] = 1u, ["uint64"] = 1ul, ["int[]"] = new[] { 1 },
        ["datetime"] = DateTime.UnixEpoch, ["timespan"] = TimeSpan.Zero, ["guid"] = Guid.Empty, ["guid[]"] = new[] { Guid.Empty },
        ["uri"] = new Uri("https://host.example/"), ["securestring"] = new SecureString(), ["byte[]"] = new byte[] { 1 },
        ["scriptblock"] = System.Management.Automation.ScriptBlock.Create(""),
        ["scriptblock[]"] = new[] { System.Management.Automation.ScriptBlock.Create("") },
        ["hashtable"] = new System.Collections.Hashtable(), ["System.Collections.IDictionary"] = new System.Collections.Hashtable(),
        ["pscredential"] = System.Management.Automation.PSCredential.Empty,
    };

    public static void DefineIn(Runspace runspace) => runspace.SessionStateProxy.SetVariable(Variable, new System.Collections.Hashtable(Values));

    public static string Of(string type) => $"$global:{Variable}['{type}']";
}

/// <summary>One call, rewritten so that it can be made without running anything of its script.</summary>
internal sealed class Invocation(
    CommandAst call, string name, Func<string, string?> typeOf, Func<string, string> dummyFor, Func<int, string> typeAt)
{
    /// <summary>The call in each of its forms: one for every set of keys that a splat can bring.</summary>
    public IEnumerable<string> Forms(string? pipedTo)
    {
        var forms = new List<string> { name };
        var given = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var position = 0;
        CommandParameterAst? open = null;
        foreach (var element in call.CommandElements.Skip(1))
        {
            if (element is CommandParameterAst parameter)
            {
                given.Add(parameter.ParameterName);
                forms = Extend(forms, [Named(parameter)]);
                open = parameter.Argument is null && typeOf(parameter.ParameterName) is not "switch" ? parameter : null;
            }
            else if (element is VariableExpressionAst { Splatted: true } splat)
            {
                forms = Extend(forms, Splats.Resolve(call, splat).Select(entries => string.Join(' ', entries.Select(Named))));
            }
            else
            {
                var dummy = open is null ? Dummies.Of(typeAt(position++)) : dummyFor(open.ParameterName);
                forms = Extend(forms, [Value((ExpressionAst)element, dummy)]);
                open = null;
            }
        }
        return pipedTo is not null && given.Add(pipedTo) ? Extend(forms, [$"-{pipedTo} {dummyFor(pipedTo)}"]) : forms;
    }

    private static List<string> Extend(IEnumerable<string> forms, IEnumerable<string> by) =>
        forms.SelectMany(form => by.Select(more => $"{form} {more}")).ToList();

    private string Named(CommandParameterAst parameter) => parameter.Argument is { } argument
        ? $"-{parameter.ParameterName}:{Value(argument, dummyFor(parameter.ParameterName))}"
        : $"-{parameter.ParameterName}";

    private string Named(Entry entry)
    {
        if (typeOf(entry.Key) is null) throw new InvalidDataException($"{name} has no parameter of exactly the name {entry.Key}");
        return $"-{entry.Key}:{(entry.Value is null ? dummyFor(entry.Key) : Value(entry.Value, dummyFor(entry.Key)))}";
    }

    private static string Value(ExpressionAst expression, string dummy) => expression switch
    {
        ScriptBlockExpressionAst => "{ }",
        // A table is judged where it is used; here it only has to be one.
        HashtableAst => "@{}",
        _ when Constants.Foreign(expression) is null => expression is StringConstantExpressionAst ? expression.Extent.Text : $"({expression.Extent.Text})",
        _ => dummy,
    };
}
