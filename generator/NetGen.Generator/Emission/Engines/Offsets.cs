using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>
/// The names of the offsets that an engine uses: <c>Conv1</c> for a layer's result in the workspace, <c>Conv1Weights</c> for its packed
/// weights. They are constants of the engine, and no kernel, member or type that it uses has the same.
/// </summary>
internal sealed class Offsets
{
    /// <summary>What an engine's code names, besides kernels: types, its own members, and those that it inherits.</summary>
    public static readonly IReadOnlyCollection<string> Reserved =
    [
        "Algorithms", "IsShared", "Pack", "Run", "RunPart", EngineEmitter.TimesField,
        "AlignedMemory", "Avx2", "Avx512BW", "AvxVnni", "Layout", "MethodImpl", "MethodImplAttribute", "MethodImplOptions", "NetworkBarrier",
        "NetworkEngine", "ObservedEngine", "PackedWeightsCache", "Quantized", "Unsafe", "Vector128", "Vector256", "Vector512", "VectorMath",
        "WeightPacker",
        "Dispose", "Equals", "Finalize", "Forward", "ForwardBatch", "GetHashCode", "GetType", "Lend", "LentCall", "MemberwiseClone",
        "ReferenceEquals", "Rent", "Return", "Show", "ToString",
    ];

    private const string Workspace = "workspace";
    private const string Weights = "weights";

    private readonly Plan plan;
    private readonly IReadOnlyList<string> layers;
    private readonly HashSet<string> taken;
    private readonly Dictionary<NamedOffset, string> names = [];
    private readonly Dictionary<TensorView, string> stems = [];
    private readonly List<Constant> constants = [];

    /// <summary>Names all offsets of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="engine">The engine's class.</param>
    /// <param name="shown">The activations that an observer sees.</param>
    public Offsets(Plan plan, string engine, IEnumerable<TensorView> shown)
    {
        this.plan = plan;
        taken = [.. Reserved, engine];
        layers = Names.LayerClasses(plan.Graph.Layers.Select(l => l.Name));
        for (int i = 0; i < plan.Buffers.Count; i++)
        {
            if (plan.Buffers[i].ClearsBorder)
            {
                OfBuffer(i);
            }
        }

        foreach (TensorView view in plan.Steps.SelectMany(s => s.MoreInputs.Prepend(s.Output).Append(s.Input)).Concat(shown))
        {
            Of(view);
        }

        foreach (Step step in plan.Steps)
        {
            OfScratch(step);
        }

        foreach (Step step in plan.Steps.Concat(plan.LayerSteps))
        {
            OfWeights(step);
        }
    }

    /// <summary>
    /// An offset, and what it is called but for a number. These two are classes, since the framework has no code for collections of values
    /// that it does not know: a compiler's first run would wait for it.
    /// </summary>
    private sealed record NamedOffset(string Memory, string Stem, int Offset);

    private sealed record Constant(string Memory, string Name, int Offset);

    /// <summary>The names of all constants.</summary>
    public IEnumerable<string> All => constants.Select(c => c.Name);

    /// <summary>Where a step finds what it reads, or writes its result: the reference to the memory, and the offset's name.</summary>
    public string Of(TensorView view)
    {
        string memory = view.Storage switch { Storage.Input => "input", Storage.Output => "output", _ => Workspace };
        int offset = plan.OffsetOf(view);
        return view.Storage != Storage.Workspace && offset == 0 ? memory : At(memory, Name(memory, Stem(view), offset));
    }

    /// <summary>Where a buffer begins, with the border of its map.</summary>
    public string OfBuffer(int index) => At(Workspace, Name(Workspace, Owner(index) + "Border", plan.Buffers[index].Offset));

    /// <summary>Where a step's scratch memory is; empty for a step that has none.</summary>
    /// <param name="step">The step.</param>
    /// <param name="memory">The workspace, or a thread's own.</param>
    public string OfScratch(Step step, string memory = Workspace) =>
        step.ScratchBuffer is int buffer ? At(memory, Name(Workspace, Stem(step) + "Scratch", plan.Buffers[buffer].Offset)) : "";

    /// <summary>Where a step's packed weights are; empty for a step that has none.</summary>
    public string OfWeights(Step step) => step.WeightLength > 0 ? At(Weights, WeightName(step)) : "";

    /// <summary>The name of the offset of a step's packed weights.</summary>
    public string WeightName(Step step) => Name(Weights, Stem(step) + "Weights", step.WeightOffset);

    /// <summary>Where the packed weights are, in their order: what they are packed by.</summary>
    public IEnumerable<int> WeightOffsets => constants.Where(c => c.Memory == Weights).Select(c => c.Offset);

    /// <summary>Writes the constants.</summary>
    public void Emit(CodeWriter writer)
    {
        foreach (IGrouping<string, Constant> group in constants.GroupBy(c => c.Memory))
        {
            writer.Line();
            writer.Line(group.Key switch
            {
                Weights => "// Where the packed weights of each layer begin, in floats.",
                Workspace => "// Where activations and scratch memory begin in the workspace, in floats.",
                _ => $"// Where parts of the {group.Key} begin, in floats.",
            });
            foreach (Constant constant in group)
            {
                writer.Line($"private const int {constant.Name} = {constant.Offset};");
            }
        }
    }

    private static string At(string memory, string name) => $"Unsafe.Add(ref {memory}, {name})";

    /// <summary>Finds a name, or makes one that no other has.</summary>
    /// <param name="memory">The reference to the memory that the offset is in.</param>
    /// <param name="stem">What it is called.</param>
    /// <param name="offset">Where it begins.</param>
    private string Name(string memory, string stem, int offset)
    {
        var key = new NamedOffset(memory, stem, offset);
        if (names.TryGetValue(key, out string? known))
        {
            return known;
        }

        string name = stem;
        for (int i = 2; !taken.Add(name); i++)
        {
            name = stem + (char.IsDigit(stem[stem.Length - 1]) ? "_" : "") + Literal.Int(i);
        }

        names.Add(key, name);
        constants.Add(new Constant(memory, name, offset));
        return name;
    }

    /// <summary>A step's first layer, or the copy that it makes of a value.</summary>
    private string Stem(Step step) => step.Purpose is null ? layers[step.Layers[0]] : Owner(step.Output.Buffer);

    /// <summary>
    /// What a view shows: the result of a layer, as it lies there or seen otherwise; that with the zeros around it; or a copy of one.
    /// </summary>
    private string Stem(TensorView view)
    {
        // Finding it looks through all layers, and every view is asked for when it is named and at each call.
        if (!stems.TryGetValue(view, out string? stem))
        {
            stem = FindStem(view);
            stems.Add(view, stem);
        }

        return stem;
    }

    private string FindStem(TensorView view)
    {
        if (view.Storage == Storage.Input)
        {
            return InputAt(view.Offset);
        }

        if (LayerAt(v => v.Equals(view)) is { } exact)
        {
            return exact;
        }

        if (LayerAt(v => v.Storage == view.Storage && v.Buffer == view.Buffer && v.Offset == view.Offset) is { } same)
        {
            return same;
        }

        if (view.Storage == Storage.Output)
        {
            return layers[plan.Graph.Outputs[plan.Graph.OutputAt(view.Offset)]] + "Output";
        }

        bool isLayers = LayerAt(v => v.Buffer == view.Buffer) is not null;
        return Owner(view.Buffer) + (IsBorder(view) ? "Border" : !isLayers ? "" : view.IsPart ? "Part" : "Inside");
    }

    /// <summary>The input that lies at an offset, or a part of it; several lie one after the other.</summary>
    private string InputAt(int offset)
    {
        EquatableArray<GraphInput> inputs = plan.Graph.Inputs;
        int index = plan.Graph.InputAt(offset);
        string stem = inputs.Count == 1 ? "Input" : Names.LayerClasses(inputs.Select(i => i.Name))[index] + "Input";
        return stem + (offset == plan.Graph.InputOffset(index) ? "" : "Part");
    }

    /// <summary>Whether a view begins with a border.</summary>
    private bool IsBorder(TensorView view) => view.Offset == 0
        && (plan.Buffers[view.Buffer].Bordered is not null || plan.LayerSteps.Any(s => s is BorderStep && s.Output.Buffer == view.Buffer));

    /// <summary>The layer whose result a buffer holds; else the value of which it holds a copy.</summary>
    private string Owner(int buffer)
    {
        if (buffer < 0)
        {
            return "Output";
        }

        if (LayerAt(v => v.Buffer == buffer) is { } layer)
        {
            return layer;
        }

        // Of a layer that several steps compute, there may be what it hands from one to the next.
        Step? writer = plan.LayerSteps.FirstOrDefault(s => s.Output.Buffer == buffer && s.Input.Buffer != buffer);
        if (writer is FilterStep or RecurrentStep)
        {
            return layers[writer.Layers[0]] + (writer is FilterStep ? "Products" : "Inner");
        }

        return (writer is null || writer.Input.Storage == Storage.Input ? "Input" : Stem(writer.Input)) + "Copy";
    }

    private string? LayerAt(Func<TensorView, bool> condition)
    {
        for (int i = 0; i < plan.Values.Count; i++)
        {
            if (plan.Values[i] is { } value && condition(value))
            {
                return layers[i];
            }
        }

        return null;
    }
}
