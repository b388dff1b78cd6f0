using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>A server says no. The row of the table of behaviours says when, and who says that it does.</summary>
internal sealed class Refusal(string row, string message) : Exception(message)
{
    public string Row { get; } = row;
}

/// <summary>One call of a simulated command, as the engine bound it.</summary>
internal sealed class Call(Scenario scenario, InvokeCommand cmdlet, JsonObject record)
{
    private readonly Dictionary<string, object?> given = cmdlet.Bound.Keys.Cast<string>()
        .ToDictionary(name => name, name => Bare(cmdlet.Bound[name]), StringComparer.OrdinalIgnoreCase);

    /// <summary>The value without its wrapper. A copy of an object elsewhere is nothing but the wrapper.</summary>
    private static object? Bare(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    public Scenario Scenario { get; } = scenario;
    public string Command => cmdlet.Name;
    public string Set => cmdlet.Set;
    public Site Site => new(Scenario, Scenario.DeploymentHere!, Scenario.Host);
    public JsonObject Objects => Site.Objects;

    public bool Has(string parameter) => given.ContainsKey(parameter);
    public object? Value(string parameter) => given.GetValueOrDefault(parameter);
    public string? Text(string parameter) => Value(parameter)?.ToString();
    public bool? Flag(string parameter) => Value(parameter) switch { null => null, SwitchParameter on => on.IsPresent, var value => (bool)LanguagePrimitives.ConvertTo(value, typeof(bool)) };
    public DateTime? Moment(string parameter) => Value(parameter) is { } value ? ((DateTime)LanguagePrimitives.ConvertTo(value, typeof(DateTime), CultureInfo.InvariantCulture)).ToUniversalTime() : null;
    public IReadOnlyList<string>? Words(string parameter) => Value(parameter) switch
    {
        null => null,
        string one => [one],
        System.Collections.IEnumerable many => many.Cast<object?>().Select(one => one?.ToString() ?? "").ToList(),
        var one => [one.ToString()!],
    };

    /// <summary>The objects of a kind; the world may not have any.</summary>
    public JsonArray All(string kind)
    {
        if (Objects[kind] is JsonArray there) return there;
        var made = new JsonArray();
        Objects[kind] = made;
        return made;
    }

    /// <summary>Says that a row of the table of behaviours was met.</summary>
    public void Met(string row) => Behaviours.Meet(record, row);

    public Refusal Refuse(string row, string message)
    {
        Met(row);
        return new Refusal(row, message);
    }

    /// <summary>
    /// Does it, where neither -WhatIf nor a question that nobody answers is in the way. A command of
    /// those that ask names the row that says so. Whether it was done.
    /// </summary>
    public bool Change(string target, string row, Action effect, string? asks = null)
    {
        if (!Agreed(target, asks)) return false;
        effect();
        record["changed"] = true;
        Met(row);
        return true;
    }

    private bool Agreed(string target, string? asks)
    {
        try
        {
            return cmdlet.ShouldProcess(target);
        }
        catch (System.Management.Automation.Host.HostException question) when (asks is not null)
        {
            throw Refuse(asks, question.Message);
        }
    }

    /// <summary>A path as the shell understands it, from where the session stands.</summary>
    public string Resolve(string path) => Path.GetFullPath(path.Replace('\\', '/'), cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath);

    /// <summary>A question that only -Force answers; nobody is there to answer it.</summary>
    public void Ask(string row, string question)
    {
        if (Flag("Force") == true) return;
        throw Refuse(row, $"a question that nobody answers: {question}");
    }

    /// <summary>A warning beside the result.</summary>
    public void Warn(string text) => cmdlet.WriteWarning(text);
}
