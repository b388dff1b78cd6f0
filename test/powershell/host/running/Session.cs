using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Text.Json.Nodes;
using Concordat.Judge.Servers;

namespace Concordat.Judge.Running;

/// <summary>A shell on one server of the scenario, as a person opens it: fresh, and closed after.</summary>
internal sealed class Session : IDisposable
{
    private readonly Scenario scenario;
    private readonly Runspace runspace;
    private readonly RecordingHost host;

    public Session(Scenario scenario, Documented documented)
    {
        this.scenario = scenario;
        Scenario.Current = scenario;
        Family.SettleAll(scenario, null);
        Machine.Install();
        Environment.SetEnvironmentVariable("PATH", "");
#pragma warning disable SYSLIB0014
        // What a server of 2013 starts with.
        System.Net.ServicePointManager.SecurityProtocol = System.Net.SecurityProtocolType.Tls;
#pragma warning restore SYSLIB0014
        host = new RecordingHost(scenario);
        var shell = Shells.Of(scenario, documented);
        runspace = RunspaceFactory.CreateRunspace(host, shell.State.Clone());
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace.Open();
        runspace.SessionStateProxy.Scripts.Add("*");
        if (shell.Module is { } module) Import(module);
    }

    /// <summary>Exchange's commands are functions of a module, which no preference of a script reaches.</summary>
    private void Import(string module)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        shell.AddScript("param($command, $body) & $command -Name Remote -ScriptBlock ([scriptblock]::Create($body)) | & $quiet")
            .AddParameter("command", new CmdletInfo("New-Module", typeof(Microsoft.PowerShell.Commands.NewModuleCommand)))
            .AddParameter("body", module);
        runspace.SessionStateProxy.SetVariable("quiet", new CmdletInfo("Out-Null", typeof(Microsoft.PowerShell.Commands.OutNullCommand)));
        shell.Invoke();
        if (shell.HadErrors) throw new InvalidOperationException(shell.Streams.Error[0].ToString());
    }

    /// <summary>One line as a person types it: what is seen, the exit code of a script, errors.</summary>
    public JsonObject Enter(string line)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        runspace.SessionStateProxy.SetVariable("LASTEXITCODE", null);
        var from = scenario.Lines.Count;
        var call = scenario.Calls.Count;
        var errors = new JsonArray();
        var interrupted = false;
        // A pipeline that stops does not always say so by an exception.
        scenario.Interrupt = () =>
        {
            interrupted = true;
            Interrupt(shell);
        };
        try
        {
            foreach (var output in shell.AddScript(line, false).Invoke()) scenario.Lines.Add(output?.ToString() ?? "");
        }
        catch (PipelineStoppedException)
        {
            interrupted = true;
        }
        catch (RuntimeException fault)
        {
            errors.Add((JsonNode)fault.Message);
        }
        foreach (var error in shell.Streams.Error) errors.Add((JsonNode)error.ToString());
        return new JsonObject
        {
            ["line"] = line,
            ["exit"] = runspace.SessionStateProxy.GetVariable("LASTEXITCODE") is int code ? code : null,
            ["interrupted"] = interrupted,
            ["seen"] = Json.Words(scenario.Lines.Skip(from)),
            ["errors"] = errors,
            ["open"] = scenario.Open,
            ["calls"] = new JsonArray(scenario.Calls.Skip(call).Select(one => one!.DeepClone()).ToArray()),
        };
    }

    private static void Interrupt(PowerShell shell)
    {
        _ = Task.Run(shell.Stop);
        while (shell.InvocationStateInfo.State != PSInvocationState.Stopping) Thread.Sleep(0);
    }

    public void Dispose() => runspace.Dispose();
}

/// <summary>Commands of a shell: what the engine brings, the stand-ins, and the product's own.</summary>
internal sealed record ShellOf(InitialSessionState State, string? Module);

internal static class Shells
{
    private static readonly Dictionary<string, ShellOf> Made = [];

    public static ShellOf Of(Scenario scenario, Documented documented)
    {
        var key = $"{scenario.DeploymentHere}/{scenario.Here["lacks"]?.ToJsonString()}/{ProductOf(scenario)}";
        return Made.TryGetValue(key, out var made) ? made : Made[key] = Make(scenario, documented);
    }

    private static string ProductOf(Scenario scenario) =>
        scenario.DeploymentHere is { } name ? (string)scenario.Deployments[name]!["documentedAs"]! : "";

    private static ShellOf Make(Scenario scenario, Documented documented)
    {
        var state = InitialSessionState.Create();
        var whole = InitialSessionState.CreateDefault2();
        state.LanguageMode = PSLanguageMode.FullLanguage;
        state.Providers.Add(whole.Providers);
        state.Variables.Add(whole.Variables);
        state.Variables.Add(new SessionStateVariableEntry("PSModuleAutoLoadingPreference", PSModuleAutoLoadingPreference.None, ""));
        foreach (var (name, type) in BuiltIns.OfTheEngine) state.Commands.Add(new SessionStateCmdletEntry(name, type, null));
        state.Commands.Add(new SessionStateCmdletEntry("Invoke-Simulated", typeof(InvokeCommand), null));
        state.Commands.Add(new SessionStateCmdletEntry("Invoke-Asking", typeof(InvokeAskingCommand), null));
        foreach (var name in BuiltIns.Plain.Keys.Concat(BuiltIns.Counted.Keys)) state.Commands.Add(Function(documented.Find(name) ?? throw new InvalidOperationException($"{name} is not documented"), "Invoke-Simulated"));
        state.Commands.Add(new SessionStateFunctionEntry("New-Object", Stubs.Of(documented.Find("New-Object")!, BuiltIns.NewObject)));
        if (scenario.DeploymentHere is not { } deployment) return new(state, null);
        var family = Family.Of(deployment);
        var lacks = (scenario.Here["lacks"]?.AsArray() ?? []).Select(name => (string)name!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var own = documented.OfProduct(ProductOf(scenario)).Where(command => !lacks.Contains(command.Name)).Select(command => Function(command, family.Asks.Contains(command.Name) ? "Invoke-Asking" : "Invoke-Simulated")).ToList();
        if (family.IsRemote) return new(state, string.Join('\n', own.Select(one => $"function {one.Name} {{\n{one.Definition}\n}}")));
        state.Commands.Add(own);
        return new(state, null);
    }

    private static SessionStateFunctionEntry Function(DocumentedCommand command, string by) =>
        new(command.Name, Stubs.Running(command, $"end {{ {by} -Name '{command.Name}' -Set $PSCmdlet.ParameterSetName -Bound $PSBoundParameters -Piped @($input) }}"));
}

/// <summary>A console: what is printed is kept, and no question is answered but those that the scenario answers.</summary>
internal sealed class RecordingHost(Scenario scenario) : PSHost
{
    public override System.Globalization.CultureInfo CurrentCulture => System.Globalization.CultureInfo.InvariantCulture;
    public override System.Globalization.CultureInfo CurrentUICulture => System.Globalization.CultureInfo.InvariantCulture;
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override string Name => "ConsoleHost";
    public override PSHostUserInterface UI { get; } = new RecordingConsole(scenario);
    public override Version Version => new(5, 1);
    public override void EnterNestedPrompt() => throw new NotSupportedException();
    public override void ExitNestedPrompt() { }
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
    public override void SetShouldExit(int exitCode) => scenario.Lines.Add($"(the shell closed with {exitCode})");
}

internal sealed class RecordingConsole(Scenario scenario) : PSHostUserInterface
{
    private static Exception Nobody(string question) => new HostException($"a question that nobody answers: {question}");

    public override PSHostRawUserInterface? RawUI => null;
    public override Dictionary<string, PSObject> Prompt(string caption, string message, System.Collections.ObjectModel.Collection<FieldDescription> fields) => throw Nobody(string.Join(", ", fields.Select(field => field.Name)));
    public override int PromptForChoice(string caption, string message, System.Collections.ObjectModel.Collection<ChoiceDescription> choices, int defaultChoice)
    {
        if ((string?)scenario.Here["answers"]?[caption] is not { } answer) throw Nobody(message);
        scenario.Lines.Add($"{caption}? {message.Split('\n')[^1].Trim()} {answer}");
        return choices.ToList().FindIndex(choice => choice.Label.Replace("&", "") == answer);
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw Nobody(message);
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes types, PSCredentialUIOptions options) => throw Nobody(message);
    public override string ReadLine() => throw Nobody("a line");
    public override System.Security.SecureString ReadLineAsSecureString() => throw Nobody("a secret");
    public override void Write(string value) => scenario.Lines.Add(value);
    public override void Write(ConsoleColor foreground, ConsoleColor background, string value) => scenario.Lines.Add(value);
    public override void WriteLine(string value) => scenario.Lines.Add(value);
    public override void WriteErrorLine(string value) => scenario.Lines.Add(value);
    public override void WriteDebugLine(string message) { }
    public override void WriteVerboseLine(string message) { }
    public override void WriteWarningLine(string message) => scenario.Lines.Add($"WARNING: {message}");
    public override void WriteProgress(long sourceId, ProgressRecord record) { }
}
