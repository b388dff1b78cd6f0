using System.Management.Automation;
using System.Security;
using System.Text.Json.Nodes;

namespace Concordat.Judge.Running;

/// <summary>One call of a stand-in for a built-in command.</summary>
internal sealed class BuiltInCall(InvokeCommand cmdlet, JsonObject? record = null)
{
    public InvokeCommand Cmdlet { get; } = cmdlet;
    public bool Has(string parameter) => Cmdlet.Bound.Contains(parameter);
    public object? Value(string parameter) => (Cmdlet.Bound[parameter] as PSObject)?.BaseObject ?? Cmdlet.Bound[parameter];
    public string Text(string parameter) => (Value(parameter) is string[] words ? words.Single() : Value(parameter)?.ToString()) ?? "";
    public bool On(string parameter) => Value(parameter) is SwitchParameter { IsPresent: true } or true;

    /// <summary>What came down the pipeline, or by name.</summary>
    public IEnumerable<object?> Input => Cmdlet.Piped.Length > 0 || !Has("InputObject") ? Cmdlet.Piped : [Cmdlet.Bound["InputObject"]];

    public bool Change(string target, Action effect, bool changes = false)
    {
        if (!Cmdlet.ShouldProcess(target)) return false;
        effect();
        if (changes && record is not null) record["changed"] = true;
        return true;
    }

    /// <summary>A path as the shell understands it, from where the session stands.</summary>
    public string Resolve(string path) => Path.GetFullPath(path.Replace('\\', '/'), Cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath);
}

/// <summary>
/// Stand-ins for the built-in commands outside the engine, as Windows PowerShell 5.1 has them. Their
/// parameters are the documented ones; a command that is not in these two tables is not there at all.
/// </summary>
internal static class BuiltIns
{
    /// <summary>Commands that only compute, or print.</summary>
    public static readonly IReadOnlyDictionary<string, Func<BuiltInCall, IEnumerable<object?>>> Plain =
        new Dictionary<string, Func<BuiltInCall, IEnumerable<object?>>>(StringComparer.OrdinalIgnoreCase)
        {
            ["ConvertFrom-Json"] = call => [WindowsJson.Read(call.Text("InputObject"))],
            ["Format-List"] = FormatList,
            ["Get-ChildItem"] = Files,
            ["Join-Path"] = call => [Path.Combine(call.Text("Path"), call.Text("ChildPath"))],
            ["Read-Host"] = ReadHost,
            ["Set-ExecutionPolicy"] = _ => [],
            ["Set-Location"] = SetLocation,
            ["Sort-Object"] = Sort,
            ["Split-Path"] = call => [Path.GetDirectoryName(call.Text("Path"))],
            ["Unblock-File"] = _ => [],
            ["Write-Host"] = WriteHost,
        };

    /// <summary>Commands that reach outside the script: places where something can go wrong.</summary>
    public static readonly IReadOnlyDictionary<string, Func<BuiltInCall, IEnumerable<object?>>> Counted =
        new Dictionary<string, Func<BuiltInCall, IEnumerable<object?>>>(StringComparer.OrdinalIgnoreCase)
        {
            ["Export-Clixml"] = Clixml.Export,
            ["Get-Service"] = call => [Service(call.Text("Name"))],
            ["Import-Clixml"] = Clixml.Import,
            ["Invoke-WebRequest"] = Request,
            ["Move-Item"] = Move,
            ["Restart-Service"] = Restart,
        };

    /// <summary>What the engine brings itself; its parameters are judged where scripts are bound.</summary>
    public static readonly IReadOnlyDictionary<string, Type> OfTheEngine = new Dictionary<string, Type>
    {
        ["ForEach-Object"] = typeof(Microsoft.PowerShell.Commands.ForEachObjectCommand),
        ["Get-Command"] = typeof(Microsoft.PowerShell.Commands.GetCommandCommand),
        ["Out-Null"] = typeof(Microsoft.PowerShell.Commands.OutNullCommand),
        ["Set-StrictMode"] = typeof(Microsoft.PowerShell.Commands.SetStrictModeCommand),
        ["Where-Object"] = typeof(Microsoft.PowerShell.Commands.WhereObjectCommand),
    };

    /// <summary>New-Object takes an array as the arguments of a constructor: the engine's own choice of it.</summary>
    public const string NewObject = """
        end {
            $type = [Concordat.Judge.Running.NewObjectType]::Find($TypeName)
            if ($PSBoundParameters.ContainsKey('ArgumentList')) { , $type::new.Invoke($ArgumentList) } else { , $type::new() }
        }
        """;

    private static IEnumerable<object?> Sort(BuiltInCall call)
    {
        if (call.Has("Property")) throw new NotSupportedException("Sort-Object -Property has no stand-in");
        var sorted = call.Input.OrderBy(one => one, Comparer<object?>.Create((a, b) => LanguagePrimitives.Compare(a, b, true))).ToList();
        if (call.On("Descending")) sorted.Reverse();
        return call.On("Unique") ? sorted.DistinctBy(one => one?.ToString(), StringComparer.OrdinalIgnoreCase) : sorted;
    }

    private static IEnumerable<object?> WriteHost(BuiltInCall call)
    {
        Scenario.Current.Lines.Add(call.Text("Object"));
        return [];
    }

    private static IEnumerable<object?> FormatList(BuiltInCall call)
    {
        var names = ((System.Collections.IEnumerable)call.Value("Property")!).Cast<object>().Select(one => one.ToString()!).ToList();
        return call.Input.SelectMany(one => names.Select(name => $"{name} : {PSObject.AsPSObject(one).Properties[name]?.Value}"));
    }

    private static IEnumerable<object?> ReadHost(BuiltInCall call)
    {
        var prompt = call.Text("Prompt");
        var answer = (string?)Scenario.Current.Here["answers"]?[prompt] ?? throw new InvalidOperationException($"a question that nobody answers: {prompt}");
        if (!call.On("AsSecureString")) return [answer];
        var secret = new SecureString();
        foreach (var character in answer) secret.AppendChar(character);
        return [secret];
    }

    private static IEnumerable<object?> SetLocation(BuiltInCall call)
    {
        call.Cmdlet.SessionState.Path.SetLocation(call.Has("LiteralPath") ? call.Text("LiteralPath") : call.Text("Path"));
        return [];
    }

    /// <summary>Files carry their path for whatever stands behind a pipe.</summary>
    private static IEnumerable<object?> Files(BuiltInCall call)
    {
        var depth = call.On("Recurse") ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
        foreach (var file in new DirectoryInfo(call.Resolve(call.Text("Path"))).EnumerateFiles(call.Text("Filter"), depth))
        {
            var shape = PSObject.AsPSObject(file);
            shape.Properties.Add(new PSNoteProperty("PSPath", file.FullName));
            yield return shape;
        }
    }

    private static IEnumerable<object?> Move(BuiltInCall call)
    {
        var from = call.Resolve(call.Text("LiteralPath"));
        var to = call.Resolve(call.Text("Destination"));
        call.Change(from, () => File.Move(from, to, call.On("Force")));
        return [];
    }

    private static JsonObject FindService(string name) =>
        Scenario.Current.Machine["services"]?[name] as JsonObject ?? throw new ItemNotFoundException($"Cannot find any service with service name '{name}'.");

    private static PSObject Service(string name)
    {
        var service = FindService(name);
        var shape = new PSObject();
        shape.Properties.Add(new PSNoteProperty("Name", name));
        shape.Properties.Add(new PSNoteProperty("Status", (string)service["status"]!));
        return shape;
    }

    private static IEnumerable<object?> Restart(BuiltInCall call)
    {
        var service = FindService(call.Text("Name"));
        call.Change(call.Text("Name"), () =>
        {
            service["status"] = (string?)service["after"] ?? "Running";
            service["since"] = Scenario.Iso(Scenario.Current.Look());
        }, changes: true);
        return [];
    }

    private static IEnumerable<object?> Request(BuiltInCall call)
    {
        // Without it 5.1 asks Internet Explorer, which has not been set up on a server.
        if (!call.On("UseBasicParsing")) throw new System.Net.WebException("The response content cannot be parsed because the Internet Explorer engine is not available.");
        Web.CheckTls();
        var answer = Web.TrustingAnswer(new Uri(call.Text("Uri")), "", null);
        if (answer.Fault is not null) throw new System.Net.WebException(answer.Fault);
        if (answer.Status >= 400) throw new System.Net.WebException($"The remote server returned an error: ({answer.Status}).");
        var shape = new PSObject();
        shape.Properties.Add(new PSNoteProperty("StatusCode", answer.Status));
        // What comes without a type that is text stays bytes.
        object content = answer.Untyped ? System.Text.Encoding.UTF8.GetBytes(answer.Body) : answer.Body;
        shape.Properties.Add(new PSNoteProperty("Content", content));
        return [shape];
    }
}

/// <summary>For the body of New-Object, which is PowerShell.</summary>
public static class NewObjectType
{
    public static Type Find(string name) => Machine.TypeOf(name) ?? throw new TypeLoadException($"Cannot find type [{name}].");
}
