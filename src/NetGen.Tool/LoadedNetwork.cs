extern alias generator;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using NetGen.Onnx;

namespace NetGen.Tool;

using generator::NetGen.Generator;

/// <summary>A network that can be run: a class of an assembly, or a model's class that was compiled in memory.</summary>
internal abstract class LoadedNetwork
{
    public abstract NetworkInfo Info { get; }

    public abstract IWeightSource Weights { get; }

    public abstract void Forward(float[] input, float[] output);

    public abstract void Forward(float[] input, float[] output, LayerObserver observer);

    /// <summary>Loads a network from an assembly or a model.</summary>
    public static LoadedNetwork Load(string path, string? className, string? weights, OnnxImportOptions options)
    {
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            return Compile(OnnxImporter.Import(path, options), Models.ClassName(Path.GetFileName(path)));
        }

        if (!File.Exists(path))
        {
            throw new ToolException($"{path} does not exist.");
        }

        Type type = Find(LoadAssembly(path), className, path);
        return weights is null ? Create(type, null) : Create(type, Safetensors.Open(weights));
    }

    /// <summary>Compiles a model's class.</summary>
    public static LoadedNetwork Compile(ImportedNetwork network, string className)
    {
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            className,
            [CSharpSyntaxTree.ParseText(network.ToCode(className), parse)],
            trusted.Split(Path.PathSeparator).Append(typeof(NetworkAttribute).Assembly.Location).Distinct().Select(p => MetadataReference.CreateFromFile(p)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        CSharpGeneratorDriver.Create([new NetworkGenerator().AsSourceGenerator()], parseOptions: parse)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out _);
        using var stream = new MemoryStream();
        EmitResult result = generated.Emit(stream);
        if (!result.Success)
        {
            throw new ToolException(
                "The model's class does not compile:\n" + string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(5)));
        }

        stream.Position = 0;
        Type type = new AssemblyLoadContext(className).LoadFromStream(stream).GetType(className, throwOnError: true)!;
        return Create(type, network.Weights);
    }

    private static Assembly LoadAssembly(string path)
    {
        // The assembly's own folder has what it needs, but for this library, which has to be the one in use here.
        var context = new AssemblyLoadContext(path);
        string folder = Path.GetDirectoryName(path)!;
        context.Resolving += (_, name) => name.Name == "NetGen" ? typeof(NetworkInfo).Assembly
            : File.Exists(Path.Combine(folder, name.Name + ".dll")) ? context.LoadFromAssemblyPath(Path.Combine(folder, name.Name + ".dll"))
            : null;
        try
        {
            return context.LoadFromAssemblyPath(path);
        }
        catch (BadImageFormatException)
        {
            throw new ToolException($"{path} is neither an assembly nor an ONNX model (.onnx).");
        }
    }

    private static Type Find(Assembly assembly, string? className, string path)
    {
        Type[] networks = [.. assembly.GetTypes().Where(t => t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(INetwork<>)))];
        Type[] found = [.. networks.Where(t => className is null || t.Name == className || t.FullName == className)];
        string names = string.Join(", ", networks.Select(t => t.FullName));
        return found.Length switch
        {
            1 => found[0],
            0 => throw new ToolException(networks.Length == 0 ? $"{path} has no network." : $"{path} has no network '{className}', but {names}."),
            _ => throw new ToolException($"{path} has several networks: choose one of {names} with --network."),
        };
    }

    private static LoadedNetwork Create(Type type, IWeightSource? weights) => (LoadedNetwork)Activator.CreateInstance(
        typeof(Loaded<>).MakeGenericType(type), BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions, null, [weights], null)!;

    private sealed class Loaded<TNetwork>(IWeightSource? weights) : LoadedNetwork
        where TNetwork : INetwork<TNetwork>
    {
        private readonly TNetwork network = weights is null ? TNetwork.Random(1) : TNetwork.Load(weights);

        public override NetworkInfo Info => TNetwork.Info;

        public override IWeightSource Weights => network.Weights;

        public override void Forward(float[] input, float[] output) => network.Forward(input, output);

        public override void Forward(float[] input, float[] output, LayerObserver observer) => network.Forward(input, output, observer);
    }
}
