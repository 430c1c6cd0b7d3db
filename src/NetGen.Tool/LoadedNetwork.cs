extern alias generator;

using System;
using System.IO;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using NetGen.Onnx;
using NetGen.Runtime;

namespace NetGen.Tool;

using generator::NetGen.Generator.Graphs;
using generator::NetGen.Generator.Parsing;

/// <summary>A network that can be run: a class of an assembly, or a model's class that was compiled in memory.</summary>
/// <param name="symbol">The class as a symbol.</param>
internal abstract class LoadedNetwork(Func<INamedTypeSymbol> symbol)
{
    public abstract NetworkInfo Info { get; }

    public abstract IWeightSource Weights { get; }

    /// <summary>The kernels that <c>Forward</c> runs, of the tier that this machine has.</summary>
    public abstract NetworkEngine Engine { get; }

    public abstract void Forward(float[] input, float[] output);

    public abstract void Forward(float[] input, float[] output, LayerObserver observer);

    /// <summary>The class and its network, as this version's generator sees them.</summary>
    public (ClassSyntax Class, Graph Graph) Parse() => Parse(symbol());

    /// <summary>
    /// A class and its network, as this version's generator sees them. What would be wrong with the class itself is none of it: it exists.
    /// </summary>
    /// <exception cref="ToolException">The generator does not know the network.</exception>
    public static (ClassSyntax Class, Graph Graph) Parse(INamedTypeSymbol symbol)
    {
        NetworkSyntax network = NetworkParser.Parse(symbol, keepSpans: false, default);
        ClassSyntax sound = network.Class with { Problems = default, IsBroken = false };
        GraphResult result = GraphBuilder.Build(network with { Class = sound });
        return (sound, result.Graph ?? throw new ToolException(
            $"The attributes of {symbol.Name} are not those of this version of NetGen. Build the assembly again with it."));
    }

    /// <summary>Loads a network from an assembly or a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="className">The network's class, where an assembly has several.</param>
    /// <param name="weights">A safetensors file; without, a model's own weights, or random ones.</param>
    /// <param name="options">How a model is imported.</param>
    public static LoadedNetwork Load(string path, string? className, string? weights, OnnxImportOptions options)
    {
        IWeightSource? source = weights is null ? null : Safetensors.Open(weights);
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            return Compile(OnnxImporter.Import(path, options), Path.GetFileName(path), source);
        }

        Type type = NetworkAssembly.Find(path, className);
        return Create(type, source, () => NetworkAssembly.SymbolOf(type, path));
    }

    /// <summary>Compiles a model's class.</summary>
    /// <param name="network">The model.</param>
    /// <param name="file">Its file's name.</param>
    /// <param name="weights">Other weights than its own.</param>
    public static LoadedNetwork Compile(ImportedNetwork network, string file, IWeightSource? weights = null)
    {
        ModelClass model = ModelClass.Create(network, file);
        return Create(model.Compile(), weights ?? network.Weights, () => model.Symbol);
    }

    private static LoadedNetwork Create(Type type, IWeightSource? weights, Func<INamedTypeSymbol> symbol) => (LoadedNetwork)Activator.CreateInstance(
        typeof(Loaded<>).MakeGenericType(type),
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions,
        null,
        [weights, symbol],
        null)!;

    private sealed class Loaded<TNetwork>(IWeightSource? weights, Func<INamedTypeSymbol> symbol) : LoadedNetwork(symbol)
        where TNetwork : INetwork<TNetwork>
    {
        private readonly TNetwork network = weights is null ? TNetwork.Random(1) : TNetwork.Load(weights);

        public override NetworkInfo Info => TNetwork.Info;

        public override IWeightSource Weights => network.Weights;

        // The other engines are made when they are first called for.
        public override NetworkEngine Engine => typeof(TNetwork).GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Select(f => f.GetValue(network)).OfType<NetworkEngine>().First();

        public override void Forward(float[] input, float[] output) => network.Forward(input, output);

        public override void Forward(float[] input, float[] output, LayerObserver observer) => network.Forward(input, output, observer);
    }
}
