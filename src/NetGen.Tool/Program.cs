using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis.CSharp;
using NetGen.Onnx;
using Spectre.Console;

namespace NetGen.Tool;

/// <summary>The command line. Exit code 0 is success, 1 a difference that <c>check</c> found, 2 an error.</summary>
internal static class Program
{
    private const int Failure = 2;

    /// <summary>How the name of a file ends that holds a tensor.</summary>
    private const string TensorFile = ".pb";

    /// <summary>The width of what is no terminal: no line is as long.</summary>
    private const int NoWidth = 1 << 20;

    private static readonly Argument<FileInfo> File = new("file") { Description = "An ONNX model, or an assembly (.dll) with networks" };
    private static readonly Option<string?> Network = new("--network") { Description = "The network's class, where the assembly has several" };
    private static readonly Option<FileInfo?> Weights = new("--weights") { Description = "The network's safetensors file; random weights without" };
    private static readonly Option<string[]> InputShapes = new("--input-shape")
    {
        Description = "The input's shape, where the model leaves it open: 1,3,224,224; of several inputs, each one's: name=1,3,224,224",
    };

    private static readonly Option<string[]> Inputs = new("--input") { Description = "An input that the network takes, where that is not all that the outputs depend on; may be given several times" };
    private static readonly Option<string[]> Constants = new("--constant") { Description = "Fixes another input: name=16000, name=1,2,3 or name=file.pb" };
    private static readonly Option<string[]> Outputs = new("--output") { Description = "A tensor that the network gives in place of the model's outputs; may be given several times" };

    private static readonly Option<string[]> States = new("--state")
    {
        Description = "An input that is, in the next call, what the model gives: name=output; may be given several times. Pairs such as h and hn are found without",
    };

    private static readonly Option<bool> NoState = new("--no-state") { Description = "Leaves inputs and outputs what they are, whatever their names" };

    private static readonly Option<string[]> SampleInputs = new("--sample")
    {
        Description = "The sample's input: a .npy, .pb or .safetensors file, or a picture (.png, .jpg) of the input's size; of several inputs, each one's: name=file; random values without",
    };

    private static readonly Option<string?> Range = new("--range")
    {
        Description = "The least and the largest random value, by default -1,1, and what a byte holds where the model takes whole numbers; for a picture, what black and white become, by default 0,1",
    };

    public static int Main(string[] arguments)
    {
        // Nobody answers a question that a pipe is asked.
        AnsiConsole.Profile.Capabilities.Interactive &= !Console.IsInputRedirected;
        return Run(arguments, AnsiConsole.Console, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }));
    }

    /// <summary>Runs a command.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="console">Where it writes.</param>
    /// <param name="errors">Where it writes what is wrong; by default there too.</param>
    public static int Run(string[] arguments, IAnsiConsole console, IAnsiConsole? errors = null)
    {
        errors ??= console;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        foreach (IAnsiConsole target in new[] { console, errors }.Where(c => !c.Profile.Out.IsTerminal))
        {
            target.Profile.Width = NoWidth;
        }

        try
        {
            return Invoke(arguments, console, errors);
        }
        catch (Exception e)
        {
            // A static constructor's exception is not the one that says something.
            Exception cause = e;
            while (cause is TypeInitializationException or TargetInvocationException && cause.InnerException is { } inner)
            {
                cause = inner;
            }

            bool isExpected = cause is OnnxException or WeightsException or ToolException or IOException or UnauthorizedAccessException;
            foreach (string line in (isExpected ? cause.Message : $"{cause.GetType().Name}: {cause.Message}").Split('\n'))
            {
                errors.MarkupLineInterpolated($"[red]error:[/] {line.TrimEnd('\r')}");
            }

            return Failure;
        }
    }

    private static int Invoke(string[] arguments, IAnsiConsole console, IAnsiConsole errors)
    {
        // Not a root command, which would be called like the assembly.
        var root = new Command("netgen", "Turns ONNX models into NetGen networks and back, explains, checks and profiles them.")
        {
            ImportCommand(console),
            ExportCommand(console),
            ExplainCommand(console),
            CheckCommand(console),
            ProfileCommand(console),
            new HelpOption(),
            new VersionOption(),
        };
        var output = new StringWriter();
        var mistakes = new StringWriter();
        ParseResult parsed = root.Parse(arguments);
        int code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = mistakes });
        WritePlain(console, output.ToString());
        WritePlain(errors, mistakes.ToString());
        return parsed.Errors.Count > 0 ? Failure : code;
    }

    /// <summary>Writes text as it is: lines that are longer than a terminal is wide are for the terminal to break.</summary>
    private static void WritePlain(IAnsiConsole console, string text) => console.Profile.Out.Writer.Write(text);

    private static Command ImportCommand(IAnsiConsole console)
    {
        var folder = new Option<DirectoryInfo?>("--folder", "-o") { Description = "The folder to write to; by default the current one" };
        var name = new Option<string?>("--name") { Description = "The class's name; by default the file's" };
        var space = new Option<string?>("--namespace") { Description = "The class's namespace; by default that of the folder's project" };
        var force = new Option<bool>("--force") { Description = "Writes over a class that was edited" };
        var command = new Command("import", "Writes an ONNX model as an annotated class, its weights, and a golden sample")
        {
            File, folder, name, space, force, InputShapes, Inputs, Constants, States, NoState, Outputs, SampleInputs, Range,
        };
        command.SetAction(result =>
        {
            string? className = result.GetValue(name);
            if (className is not null && !IsName(className))
            {
                throw new ToolException($"'{className}' is no name of a class. Give another with --name.");
            }

            string? namespaceName = result.GetValue(space);
            if (!string.IsNullOrEmpty(namespaceName) && !namespaceName.Split('.').All(IsName))
            {
                throw new ToolException($"'{namespaceName}' is no namespace. Give another with --namespace.");
            }

            Importing.Run(
                console,
                result.GetRequiredValue(File),
                (result.GetValue(folder) ?? new DirectoryInfo(".")).FullName,
                className,
                namespaceName,
                result.GetValue(force),
                OptionsOf(result),
                SampleOf(result));
        });
        return command;

        // What is a keyword in some places alone gives warnings, or errors in those.
        static bool IsName(string name) => SyntaxFacts.IsValidIdentifier(name)
            && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None;
    }

    private static Command ExportCommand(IAnsiConsole console)
    {
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The ONNX file; by default the class's name" };
        var batch = new Option<int>("--batch") { Description = "The samples that the model takes at once; 0 leaves it open", DefaultValueFactory = _ => 1 };
        var command = new Command("export", "Writes a network of an assembly as an ONNX model") { File, Network, Weights, output, batch };
        command.SetAction(result =>
        {
            if (result.GetValue(batch) < 0)
            {
                throw new ToolException("--batch must be at least 0.");
            }

            LoadedNetwork network = LoadedNetwork.Load(result.GetRequiredValue(File).FullName, result.GetValue(Network), result.GetValue(Weights)?.FullName, new OnnxImportOptions());
            string path = result.GetValue(output)?.FullName ?? network.Info.Name + ".onnx";

            // What cannot be exported leaves the file as it was.
            using var model = new MemoryStream();
            OnnxExporter.Export(network.Info, network.Weights, model, result.GetValue(batch));
            using FileStream stream = System.IO.File.Create(path);
            model.WriteTo(stream);
            console.WriteLine($"{path} is written");
        });
        return command;
    }

    private static Command ExplainCommand(IAnsiConsole console)
    {
        var markdown = new Option<bool>("--markdown") { Description = "Writes the table as Markdown" };
        var code = new Option<bool>("--code") { Description = "Writes a model's class instead" };
        var command = new Command("explain", "Shows a network's layers: shapes, parameters, cost, memory, and how each is computed")
        {
            File, Network, InputShapes, Inputs, Constants, States, NoState, Outputs, markdown, code,
        };
        command.SetAction(result =>
        {
            FileInfo file = result.GetRequiredValue(File);
            if (result.GetValue(code))
            {
                WritePlain(console, ModelClass.Create(OnnxImporter.Import(file.FullName, OptionsOf(result)), file.Name).Code);
                return;
            }

            NetworkInfo info = LoadedNetwork.Load(file.FullName, result.GetValue(Network), null, OptionsOf(result)).Info;
            WritePlain(console, (result.GetValue(markdown) ? info.ToMarkdown() : info.ToString()) + "\n");
            console.WriteLine(
                $"{info.ParameterCount:#,0} parameters, {info.MultiplyAddCount:#,0} multiply-adds, {info.WorkspaceLength * (long)sizeof(float):#,0} bytes of activations");
        });
        return command;
    }

    private static Command CheckCommand(IAnsiConsole console)
    {
        var bound = new Option<double?>("--bound") { Description = "The largest error that passes, relative to the largest value; by default 1e-4, in float16 1e-2, in bfloat16 5e-2" };
        var command = new Command("check", "Runs a sample through ONNX Runtime and through the generated class, and says where they part")
        {
            File, InputShapes, Inputs, Constants, States, NoState, Outputs, SampleInputs, Range, bound,
        };
        command.SetAction(result =>
        {
            double? largest = result.GetValue(bound);
            return largest is { } value && !(value >= 0) ? throw new ToolException("--bound must be at least 0.")
                : Checking.Run(console, result.GetRequiredValue(File).FullName, OptionsOf(result), SampleOf(result), largest) ? 0 : 1;
        });
        return command;
    }

    private static Command ProfileCommand(IAnsiConsole console)
    {
        var runs = new Option<int>("--runs") { Description = "How often the network is run at least", DefaultValueFactory = _ => 20 };
        var command = new Command("profile", "Times the kernels that Forward runs, with the layers that each computes") { File, Network, Weights, InputShapes, Inputs, Constants, States, NoState, Outputs, runs };
        command.SetAction(result =>
        {
            int count = result.GetValue(runs);
            if (count < 1)
            {
                throw new ToolException("--runs must be at least 1.");
            }

            LoadedNetwork network = LoadedNetwork.Load(
                result.GetRequiredValue(File).FullName, result.GetValue(Network), result.GetValue(Weights)?.FullName, OptionsOf(result));
            Profiling.Run(console, network, count);
        });
        return command;
    }

    /// <summary>What a model's import is given on the command line: <c>--constant sr=16000</c> and the like.</summary>
    public static OnnxImportOptions ImportOptions(string arguments) =>
        OptionsOf(new Command("options") { InputShapes, Inputs, Constants, States, NoState, Outputs }.Parse(arguments));

    private static OnnxImportOptions OptionsOf(ParseResult result)
    {
        var options = new OnnxImportOptions { Inputs = result.GetValue(Inputs), Outputs = result.GetValue(Outputs), FindsStates = !result.GetValue(NoState) };
        foreach (string state in result.GetValue(States) ?? [])
        {
            int sign = state.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0 || sign == state.Length - 1)
            {
                throw new ToolException($"'{state}' is no state. Write it as h=hn, the input before the output.");
            }

            options.AddState(state[..sign], state[(sign + 1)..]);
        }

        foreach (string text in result.GetValue(InputShapes) ?? [])
        {
            int sign = text.LastIndexOf('=');
            int[] shape = [.. text[(sign + 1)..].Split(',', 'x').Select(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
                ? size
                : throw new ToolException($"'{text}' is no shape. Write it as 1,3,224,224, or of several inputs as name=1,3,224,224."))];
            if (sign > 0)
            {
                options.AddInputShape(text[..sign], shape);
            }
            else
            {
                options.InputShape = options.InputShape is null
                    ? shape
                    : throw new ToolException("--input-shape is given twice without a name. Write name=1,3,224,224 for each of several inputs.");
            }
        }

        foreach (string constant in result.GetValue(Constants) ?? [])
        {
            int sign = constant.IndexOf('=', StringComparison.Ordinal);
            if (sign > 0 && constant.EndsWith(TensorFile, StringComparison.OrdinalIgnoreCase))
            {
                options.AddConstant(constant[..sign], System.IO.File.ReadAllBytes(constant[(sign + 1)..]));
            }
            else
            {
                options.AddConstant(constant);
            }
        }

        return options;
    }

    private static SampleOptions SampleOf(ParseResult result)
    {
        var files = new Dictionary<string, string>();
        foreach (string text in result.GetValue(SampleInputs) ?? [])
        {
            // A file's name may have an equals sign, too, and so may an input's.
            int sign = System.IO.File.Exists(text) ? -1 : text.LastIndexOf('=');
            string name = text[..Math.Max(0, sign)];
            if (!files.TryAdd(name, Path.GetFullPath(text[(sign + 1)..])))
            {
                throw new ToolException(name.Length == 0 ? "--sample is given twice without a name. Write name=file for each of several inputs." : $"--sample gives '{name}' twice.");
            }
        }

        if (result.GetValue(Range) is not { } range)
        {
            return new SampleOptions(files, null);
        }

        if (files.Values.FirstOrDefault(f => !SampleFile.IsPicture(f)) is { } file)
        {
            throw new ToolException($"--range is for random values and pictures; {file} has its own values.");
        }

        float[] bounds = [.. range.Split(',').Select(b => float.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ? value : float.NaN)];
        return bounds.Length == 2 && bounds.All(float.IsFinite) && bounds[0] <= bounds[1]
            ? new SampleOptions(files, (bounds[0], bounds[1]))
            : throw new ToolException($"'{range}' is no range. Write it as 0,255.");
    }
}
