using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Emission.Kernels;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>The kernels of one engine. Steps that come to the same code share one kernel.</summary>
internal sealed class KernelSet(Plan plan)
{
    /// <summary>The parameters of a kernel that computes a share of its units.</summary>
    private const string ShareParameters = ", nuint from, nuint to";

    private readonly List<Kernel> kernels = [];
    private readonly Dictionary<Step, Kernel> byStep = [];
    private readonly Dictionary<string, Kernel> byCode = [];
    private readonly HashSet<string> names = [];

    /// <summary>The kernels that the one being written calls.</summary>
    private List<Kernel> called = [];

    /// <summary>A kernel.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Code">What follows its name, by which equal kernels are found: parameters and body.</param>
    /// <param name="Users">The layers that call it.</param>
    /// <param name="Description">What it computes.</param>
    /// <param name="Calls">The kernels that it calls itself.</param>
    private sealed record Kernel(string Name, string Code, List<string> Users, string Description, IReadOnlyList<Kernel> Calls)
    {
        public void AddUser(string user)
        {
            if (!Users.Contains(user))
            {
                Users.Add(user);
            }

            foreach (Kernel kernel in Calls)
            {
                kernel.AddUser(user);
            }
        }
    }

    /// <summary>Finds or writes a step's kernel.</summary>
    /// <param name="step">The step.</param>
    /// <param name="isPart">Whether one of several threads calls it; it then finds <c>part</c>, <c>parts</c> and its <c>own</c> memory.</param>
    /// <returns>The call of it.</returns>
    public string Call(Step step, bool isPart = false)
    {
        Kernel kernel = KernelOf(step);
        string inputs = string.Concat(step.MoreInputs.Select(i => Reference(i) + ", "));
        string packed = step.WeightLength > 0 ? $"ref {Code.At("weights", step.WeightOffset)}, " : "";
        string own = step.ScratchBuffer is int buffer
            ? $"ref {Code.At(isPart ? "own" : "workspace", plan.Buffers[buffer].Offset)}, "
            : "";
        return $"{kernel.Name}({Reference(step.Input)}, {inputs}{packed}{own}{Reference(step.Output)}{(step.TakesShare ? Share(step.Units, isPart && step.Units > 1) : "")});";
    }

    /// <summary>Finds or writes a step's kernel. Writing it only to find that it is there already would take most of the time.</summary>
    private Kernel KernelOf(Step step)
    {
        Step key = Anonymous(step);
        if (byStep.TryGetValue(key, out Kernel? known))
        {
            known.AddUser(Users(step));
            return known;
        }

        Kernel kernel = Create(step);
        byStep.Add(key, kernel);
        return kernel;
    }

    /// <summary>A step without names and places, which its caller knows and its kernel does not.</summary>
    private static Step Anonymous(Step step)
    {
        Step anonymous = step with
        {
            Layers = default,
            WeightOffset = 0,
            Input = Placeless(step.Input),
            Output = Placeless(step.Output),
            MoreInputs = step.MoreInputs.Select(Placeless).ToEquatableArray(),
        };
        if (anonymous is SumStep sum)
        {
            anonymous = sum with { Parameters = new SumParameters("", null, default, Anonymous(sum.Epilogue)) };
        }

        return anonymous switch
        {
            WinogradStep winograd => winograd with
            {
                Products = winograd.Products.Select(Anonymous).Cast<FilterStep>().ToEquatableArray(),
                Scratch = 0,
                LayerFilters = 0,
                FirstFilter = 0,
            },
            PlanarWinogradStep planar => planar with { Scratch = 0 },
            StripStep strip => strip with
            {
                Steps = strip.Steps.Select(Anonymous).ToEquatableArray(),
                Buffers = strip.Buffers.Select(b => b with { Map = b.Map with { Buffer = 0 } }).ToEquatableArray(),
                Scratch = 0,
            },
            BorderStep border => border with { Whole = Placeless(border.Whole) },
            _ => anonymous,
        };
    }

    private static Epilogue Anonymous(Epilogue epilogue) => new(epilogue.Operations.Select(o => o switch
    {
        SlopeEpilogue slope => slope with { Tensor = "" },
        ResidualEpilogue { Range: not null } residual => residual with { Range = "" },
        QuantizeEpilogue quantize => quantize with { Range = "" },
        _ => o,
    }).ToEquatableArray());

    private static TensorView Placeless(TensorView view) => view with
    {
        Buffer = 0,
        Offset = 0,
        Quantization = view.Quantization is { } quantization ? quantization with { Range = "" } : null,
    };

    private Kernel Create(Step step)
    {
        List<Kernel> caller = called;
        called = [];
        string more = string.Concat(step.MoreInputs.Select((_, i) => $"ref float x{Code.Text(i + 1)}, "));
        string weights = step.WeightLength > 0 ? "ref float w, " : "";
        string scratch = step.ScratchBuffer is null ? "" : "ref float s, ";
        string share = step.TakesShare ? ShareParameters : "";
        string stem = "";
        string code = WriteCode($"ref float x, {more}{weights}{scratch}ref float y{share}", w => stem = Write(w, step));
        List<Kernel> calls = called;
        called = caller;
        return Add(
            $"{stem}_{Identifier(step.Input)}_{Identifier(step.Output)}",
            code,
            Users(step),
            $"{Shape(step.Input)} → {Shape(step.Output)}, {step.Algorithm}",
            calls);
    }

    /// <summary>The first and the last of the units that a thread takes.</summary>
    private static string Share(int units, bool isPart)
    {
        string all = Code.Text(units);
        return isPart ? $", {all} * part / parts, {all} * (part + 1) / parts" : $", 0, {all}";
    }

    /// <summary>Finds or writes the kernels that a Winograd convolution calls.</summary>
    private WinogradEmitter.Parts PartsOf(WinogradStep step)
    {
        string stem = $"{Code.Text(step.Transform.Outputs)}x{Code.Text(step.Transform.Kernel)}_{Code.Text(step.BlockTiles)}";
        string tiles = $"{(step.Blocks > 1 ? "blocks of " : "")}{Code.Text(step.BlockTiles)} {step.TileName} of {step.Transform}";
        string kind = step.Transform.Name;
        string block = step.Blocks > 1 ? ", nuint first, nuint end" : "";
        string share = step.SharesFilters ? ShareParameters : "";
        string residual = step.Residual is null ? "" : "ref float x1, ";
        return new WinogradEmitter.Parts(
            Name($"{kind}Input{stem}x{Code.Text(step.Channels)}", "ref float x, ref float y" + block, tiles, w => WinogradEmitter.EmitInput(w, step, plan.Tier)),
            [.. step.Products.Select(p => Name(
                $"Product{Code.Text(p.Rows * p.Columns)}x{Code.Text(p.Taps)}x{Code.Text(step.Filters)}",
                $"ref float x, ref float w, ref float y{(p.HasPhases ? ", nuint phases" : "")}{share}",
                $"{Code.Text(p.Rows * p.Columns)}×{Code.Text(p.Taps)} by {Code.Text(p.Taps)}×{Code.Text(step.Filters)}",
                w => FilterEmitter.Emit(w, p, plan.Tier)))],
            Name($"{kind}Output{stem}x{Code.Text(step.Filters)}", $"ref float x, {residual}ref float w, ref float y{block}{share}", tiles, w => WinogradEmitter.EmitOutput(w, step, plan.Tier)));

        string Name(string name, string parameters, string description, Action<CodeWriter> write) =>
            NameOf(Add(name, WriteCode(parameters, write), Users(step), description, []));
    }

    /// <summary>The name of a kernel that the one being written calls.</summary>
    private string NameOf(Kernel kernel)
    {
        called.Add(kernel);
        return kernel.Name;
    }

    /// <summary>Finds or writes the kernels of layers that are computed in strips.</summary>
    private IReadOnlyList<StripEmitter.Parts> PartsOf(StripStep strip)
    {
        return
        [
            .. strip.Steps.Select((step, i) => new StripEmitter.Parts(
                NameOf(KernelOf(step)),
                i < strip.Buffers.Count ? ClearBorder(strip.Buffers[i], Users(step)) : null,
                $"{Shape(step.Input)} → {Shape(step.Output)}")),
        ];

        // Zeros above the first row are overwritten where a strip starts further down; those below the last have no place of their own.
        string? ClearBorder(LineBuffer buffer, string user)
        {
            Border border = buffer.Border with { Bottom = 0 };
            return border.IsEmpty ? null : NameOf(ClearBorderOf(buffer.Map with { Height = buffer.Rows }, border, user, isShared: false));
        }
    }

    /// <summary>Finds or writes the kernel that sets a buffer's border to zero.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="isShared">Whether threads can take rows each, as they do where the plan is theirs.</param>
    /// <param name="isPart">Whether one of several threads calls it; it then finds <c>part</c> and <c>parts</c>.</param>
    /// <returns>The call of it.</returns>
    public string CallClearBorder(WorkspaceBuffer buffer, bool isShared, bool isPart)
    {
        Kernel kernel = ClearBorderOf(buffer.Bordered!, buffer.Border, buffer.Purpose, isShared);
        string share = isShared ? Share(buffer.Bordered!.Inside(buffer.Border).Height, isPart) : "";
        return $"{kernel.Name}(ref {Code.At("workspace", buffer.Offset)}{share});";
    }

    private Kernel ClearBorderOf(TensorView whole, Border border, string user, bool isShared) => Add(
        "ClearBorder_" + Identifier(whole),
        WriteCode("ref float y" + (isShared ? ShareParameters : ""), w => BorderEmitter.Emit(w, whole, border, isShared)),
        user,
        $"zeros around {Shape(whole.Inside(border))}",
        []);

    /// <summary>Writes all kernels.</summary>
    public void Emit(CodeWriter writer)
    {
        foreach (Kernel kernel in kernels)
        {
            writer.Line();
            writer.Line($"/// <summary>{string.Join("; ", kernel.Users)}: {kernel.Description}.</summary>");
            writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            writer.Raw("    private static void " + kernel.Name);
            writer.Raw(kernel.Code);
        }
    }

    /// <summary>A method's parameters and body, as they follow its name.</summary>
    private static string WriteCode(string parameters, Action<CodeWriter> write)
    {
        using var writer = new CodeWriter(depth: 1);
        writer.Raw($"({parameters})\n");
        writer.Open();
        write(writer);
        writer.Close();
        return writer.ToString();
    }

    private Kernel Add(string name, string code, string user, string description, IReadOnlyList<Kernel> calls)
    {
        if (byCode.TryGetValue(code, out Kernel? known))
        {
            known.AddUser(user);
            return known;
        }

        string unique = name;
        for (int i = 2; !names.Add(unique); i++)
        {
            unique = name + "_v" + Code.Text(i);
        }

        var kernel = new Kernel(unique, code, [user], description, calls);
        kernels.Add(kernel);
        byCode.Add(code, kernel);
        return kernel;
    }

    /// <summary>Writes a step's kernel and names it.</summary>
    private string Write(CodeWriter body, Step step)
    {
        switch (step)
        {
            case FilterStep filter:
                FilterEmitter.Emit(body, filter, plan.Tier);
                return filter.Title;
            case WinogradStep winograd:
                WinogradEmitter.EmitBlocks(body, winograd, PartsOf(winograd));
                return $"{winograd.Transform.Name}{winograd.Transform.Outputs}x{winograd.Transform.Kernel}";
            case DepthwiseStep depthwise:
                DepthwiseEmitter.Emit(body, depthwise, plan.Tier);
                return $"Depthwise{depthwise.Window.KernelHeight}x{depthwise.Window.KernelWidth}";
            case PlanarStep planar:
                PlanarEmitter.Emit(body, planar);
                return $"Planar{planar.Window.KernelHeight}x{planar.Window.KernelWidth}";
            case PlanarWinogradStep planar:
                PlanarWinogradEmitter.Emit(body, planar, plan.Tier);
                return $"PlanarWinograd{planar.Tile.Transform.Outputs}x{planar.Tile.Transform.Kernel}";
            case StripStep strip:
                StripEmitter.Emit(body, strip, PartsOf(strip));
                return "Strips";
            case PoolStep { Pool.Window: { DilationHeight: > 1 } or { DilationWidth: > 1 } } pool:
                DilatedPoolEmitter.Emit(body, pool, plan.Tier);
                return $"Dilated{pool.Pool.Kind}Pool{pool.Pool.Window.KernelHeight}x{pool.Pool.Window.KernelWidth}";
            case PoolStep pool:
                PoolEmitter.Emit(body, pool, plan.Tier);
                return $"{pool.Pool.Kind}Pool{pool.Pool.Window.KernelHeight}x{pool.Pool.Window.KernelWidth}";
            case GlobalPoolStep pool:
                GlobalPoolEmitter.Emit(body, pool, plan.Tier);
                return $"Global{pool.Kind}Pool";
            case ElementwiseStep elementwise:
                ElementwiseEmitter.Emit(body, elementwise, plan.Tier);
                return plan.Graph.Layers[elementwise.Layers[0]].Kind;
            case LocalResponseNormStep norm:
                LocalResponseNormEmitter.Emit(body, norm, plan.Tier);
                return "LocalResponseNorm";
            case SoftmaxStep softmax:
                SoftmaxEmitter.Emit(body, softmax, plan.Tier);
                return softmax.Logarithm ? "LogSoftmax" : "Softmax";
            case CombineStep combine:
                CombineEmitter.Emit(body, combine, plan.Tier);
                return combine.Kind.ToString();
            case BroadcastStep broadcast:
                BroadcastEmitter.Emit(body, broadcast, plan.Tier);
                return broadcast.Kind.ToString();
            case PermuteStep permute:
                PermuteEmitter.Emit(body, permute);
                return "Permute";
            case ResampleStep resample:
                ResampleEmitter.Emit(body, resample, plan.Tier);
                return plan.Graph.Layers[resample.Layers[0]].Kind;
            case ReduceStep reduce:
                ReduceEmitter.Emit(body, reduce, plan.Tier);
                return reduce.Reduce.Kind.ToString();
            case NormalizationStep normalization:
                NormalizationEmitter.Emit(body, normalization, plan.Tier);
                return plan.Graph.Layers[normalization.Layers[0]].Kind;
            case UpsampleStep upsample:
                ResamplingEmitter.Emit(body, upsample, plan.Tier);
                return "Upsample";
            case ChannelShuffleStep shuffle:
                ResamplingEmitter.Emit(body, shuffle);
                return "ChannelShuffle";
            case PixelShuffleStep shuffle:
                ResamplingEmitter.Emit(body, shuffle);
                return "PixelShuffle";
            case QuantizeStep quantize:
                QuantizeEmitter.Emit(body, quantize, plan.Tier);
                return "Quantize";
            case BorderStep border:
                BorderEmitter.EmitFill(body, border);
                return "FillBorder";
            case ConvertStep convert:
                ConvertEmitter.Emit(body, convert, plan.Tier);
                return "Copy";
            default:
                throw new NotSupportedException(step.GetType().Name);
        }
    }

    private string Users(Step step) => step.Layers.Count == 0
        ? "input"
        : Names.Join([.. step.Layers.Select(l => plan.Graph.Layers[l].Name)]);

    private string Reference(TensorView view) =>
        "ref " + Code.At(view.Storage switch { Storage.Input => "input", Storage.Output => "output", _ => "workspace" }, plan.OffsetOf(view));

    private static string Shape(TensorView view) => view.Pixels == 1
        ? Code.Text(view.Features)
        : $"{Code.Text(view.Features)}×{Code.Text(view.Height)}×{Code.Text(view.Width)}";

    private static string Identifier(TensorView view) => Shape(view).Replace('×', 'x');
}
