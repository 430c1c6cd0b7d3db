using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Planning;

/// <summary>
/// Turns a graph into the calls of one tier: fuses what can stay in registers, gives every activation a layout and a place, and
/// picks tiles.
/// </summary>
internal sealed class Planner
{
    private readonly Graph graph;
    private readonly Tier tier;
    private readonly bool fuse;
    private readonly bool isBatch;
    private readonly bool allowsWinograd;
    private readonly List<Group> groups = [];
    private readonly Group?[] groupFrom;
    private readonly Group?[] groupTo;
    private readonly HashSet<int> residuals = [];
    private readonly Border[] borders;
    private readonly bool[] scalars;
    private readonly Border[] integerBorders;
    private readonly int?[] rangeLayers;
    private readonly bool[] wantsIntegers;
    private readonly Dictionary<(int Layer, bool IsVector), TensorView> quantized = [];
    private readonly Dictionary<int, List<int>> consumers = [];
    private readonly Dictionary<int, TensorView> concats = [];
    private readonly Dictionary<Group, LineBuffer> lineBuffers = [];
    private readonly List<Step> steps = [];
    private readonly List<WorkspaceBuffer> buffers = [];
    private readonly TensorView?[] values;
    private readonly int[] completed;
    private TensorView? inputValue;
    private int weightLength;

    private Planner(Graph graph, Tier tier, bool fuse, bool isBatch)
    {
        this.graph = graph;
        this.tier = tier;
        this.fuse = fuse;
        this.isBatch = isBatch;

        // A layer that is computed alone, for observers, is computed directly. Offsets into packed weights are int.
        allowsWinograd = fuse && graph.Options.Winograd && graph.Layers.Sum(l => l.WeightCount) < int.MaxValue / 8;
        values = new TensorView?[graph.Layers.Count];
        completed = new int[graph.Layers.Count];
        groupFrom = new Group?[graph.Layers.Count];
        groupTo = new Group?[graph.Layers.Count];
        borders = new Border[graph.Layers.Count + 1];
        scalars = new bool[graph.Layers.Count + 1];
        integerBorders = new Border[graph.Layers.Count + 1];
        rangeLayers = new int?[graph.Layers.Count + 1];
        wantsIntegers = new bool[graph.Layers.Count + 1];
        for (int layer = -1; layer < graph.Layers.Count; layer++)
        {
            consumers.Add(layer, []);
            foreach (int source in layer < 0 ? [] : graph.Layers[layer].Sources)
            {
                if (!consumers[source].Contains(layer))
                {
                    consumers[source].Add(layer);
                }
            }
        }
    }

    /// <summary>Plans a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="tier">The tier to plan for.</param>
    /// <param name="fuse">False leaves every layer a result of its own in memory, for observers.</param>
    public static Plan Create(Graph graph, Tier tier, bool fuse = true) => new Planner(graph, tier, fuse, isBatch: false).Create();

    /// <summary>Plans a network for several samples at once; null where they share nothing.</summary>
    public static Plan? CreateBatch(Graph graph, Tier tier) =>
        Batch.Of(graph, tier.Sizes.BatchSamples) is { } batch ? new Planner(batch, tier, fuse: true, isBatch: true).Create() : null;

    private Plan Create()
    {
        FindGroups();
        FindPlanar();

        // What a result's readers want may depend on what theirs do, and those stand further down.
        for (int layer = graph.Layers.Count - 1; layer >= -1; layer--)
        {
            borders[layer + 1] = FindBorder(layer, ofIntegers: false);
            if (graph.Options.Precision == Precision.Int8)
            {
                FindRange(layer);
                integerBorders[layer + 1] = FindBorder(layer, ofIntegers: true);
            }

            scalars[layer + 1] = Readers(layer).All(ReadsScalars) && !residuals.Contains(layer);
        }

        FindStrips();
        inputValue = PlaceInput();
        foreach (Group group in groups.Where(g => !g.HandsOn))
        {
            values[group.Last] = group.Above is null ? PlanGroup(group) : PlanStrip(group);
            completed[group.Last] = steps.Count;
        }

        foreach (int output in graph.Outputs.Where(o => values[o]!.Storage != Storage.Output))
        {
            Add(new ConvertStep([output], values[output]!, OutputView(output, PhysicalShape(values[output]!))));
        }

        (EquatableArray<WorkspaceBuffer> placed, int length) = WorkspaceAllocator.Place(buffers, tier.Sizes);
        return new Plan(graph, tier, steps.ToEquatableArray(), placed, values.ToEquatableArray(), completed.ToEquatableArray(), length, weightLength);
    }

    private TensorView ValueOf(int layer) => layer < 0 ? inputValue! : values[layer]!;

    /// <summary>Where the caller takes an output; several lie one after the other.</summary>
    private TensorView OutputView(int layer, Shape physical)
    {
        IEnumerable<int> before = graph.Outputs.TakeWhile(o => o != layer);
        return isBatch
            ? TensorView.Row(
                Storage.Output, physical, before.Sum(o => graph.Layers[o].Output.Channels), graph.Outputs.Sum(o => graph.Layers[o].Output.Channels))
            : TensorView.Planar(Storage.Output, physical) with { Offset = before.Sum(o => graph.Layers[o].Output.Length) };
    }

    /// <summary>Whether the caller takes a map as kernels write it: one pixel, or a row of samples.</summary>
    private bool IsDirect(int pixels) => pixels == 1 || isBatch;

    private static Shape PhysicalShape(TensorView view) => Shape.Image(view.Channels, view.Height, view.Width);

    /// <summary>Layers that are computed together: the first one's kernel applies the others before it stores.</summary>
    private sealed class Group(Layer main, int first, WinogradTransform? transform)
    {
        public Layer Main { get; } = main;

        /// <summary>How a convolution is transformed, where Winograd's algorithm computes it.</summary>
        public WinogradTransform? Transform { get; } = transform;

        public List<int> Layers { get; } = [first];

        public List<BatchNormFold> Folds { get; } = [];

        public List<EpilogueOperation> Epilogue { get; } = [];

        /// <summary>The tile of a convolution that reads the caller's image plane by plane, where it does so directly.</summary>
        public PlanarTile? Planar { get; set; }

        /// <summary>The tile of one that transforms the image's rows.</summary>
        public PlanarWinogradTile? PlanarWinograd { get; set; }

        /// <summary>Whether the group ends with a maximum over 2 × 2 pixels that its kernel takes before it stores.</summary>
        public bool Pools { get; set; }

        /// <summary>The layer whose result is added to this group's, where one is.</summary>
        public int? Residual { get; set; }

        /// <summary>The group whose rows this one takes as they come, a strip after the other.</summary>
        public Group? Above { get; set; }

        /// <summary>Whether the group's own result is taken in this way.</summary>
        public bool HandsOn { get; set; }

        public int First => Layers[0];

        public int Source => Main.Source;

        public int Last => Layers[Layers.Count - 1];
    }

    private void FindGroups()
    {
        var grouped = new bool[graph.Layers.Count];
        for (int i = 0; i < graph.Layers.Count; i++)
        {
            if (grouped[i])
            {
                continue;
            }

            var group = new Group(graph.Layers[i], i, WinogradOf(graph.Layers[i]));
            if (EpilogueOf(graph.Layers[i]) is { } own && IsElementwise(graph.Layers[i]))
            {
                group.Epilogue.Add(own);
            }

            while (fuse && SoleConsumer(group.Last) is int next && TryFuse(group, next))
            {
                group.Layers.Add(next);
                grouped[next] = true;
            }

            groups.Add(group);
            groupFrom[group.First] = group;
            groupTo[group.Last] = group;
            residuals.UnionWith(group.Residual is int residual ? [residual] : []);
        }
    }

    /// <summary>
    /// Finds the convolution that reads the caller's image plane by plane, if there is one. A pooling behind it may become a part of it.
    /// </summary>
    private void FindPlanar()
    {
        if (!fuse || isBatch || graph.Options.Precision == Precision.Int8 || consumers[-1].Count != 1
            || groupFrom[consumers[-1][0]] is not { Main.Operation: ConvolutionOperation convolution, Residual: null } group)
        {
            return;
        }

        (Shape input, Shape output) = (group.Main.Input, group.Main.Output);
        bool isPlanar = IsOutput(group);
        if (group.Transform is not null || (!isPlanar && ConcatOf(group.Last) is not null))
        {
            return;
        }

        Group? pool = SoleConsumer(group.Last) is int next && IsPairwiseMaximum(groupFrom[next]) && ConcatOf(groupFrom[next]!.Last) is null
            && !IsOutput(groupFrom[next]!) ? groupFrom[next] : null;
        if (pool is not null && TryPlanar(pools: true))
        {
            group.Layers.AddRange(pool.Layers);
            group.Pools = true;
            groups.Remove(pool);
            groupFrom[pool.First] = null;
            groupTo[group.Last] = group;
        }
        else
        {
            TryPlanar(pools: false);
        }

        bool TryPlanar(bool pools)
        {
            (PlanarTile Tile, double Cost)? direct = PlanarConvolution.Choose(tier, convolution, input, output, isPlanar, pools);
            (PlanarWinogradTile Tile, double Cost)? transformed = allowsWinograd && !isPlanar
                ? PlanarWinograd.Choose(tier, convolution, input, output, pools)
                : null;
            double cost = Math.Min(direct?.Cost ?? double.MaxValue, transformed?.Cost ?? double.MaxValue);
            if (!PlanarConvolution.IsWorth(cost, tier, convolution, input, output, isPlanar))
            {
                return false;
            }

            if (transformed?.Cost == cost)
            {
                group.PlanarWinograd = transformed.Value.Tile;
            }
            else
            {
                group.Planar = direct!.Value.Tile;
            }

            return true;
        }
    }

    /// <summary>Finds the layers that hand large maps on to each other.</summary>
    private void FindStrips()
    {
        if (!fuse || isBatch || graph.Options.Precision == Precision.Int8)
        {
            return;
        }

        foreach (Group group in groups)
        {
            if (WindowOf(group) is { } window && StripPlanner.IsWorth(group.Main.Input, window, tier.Sizes) && ReadsRows(group)
                && group.Source >= 0 && SoleConsumer(group.Source) is not null && groupTo[group.Source] is { } above && WritesRows(above)
                && (above.Transform is null || (group.Main.Operation is PoolOperation && RowWindow.Of(window) != RowWindow.Single)))
            {
                group.Above = above;
                above.HandsOn = true;
            }
        }

        // Kernels that find their rows in a ring, or read row for row.
        static bool ReadsRows(Group group) => group.Main.Operation switch
        {
            ConvolutionOperation convolution when convolution.IsDepthwise(group.Main.Input) => true,
            ConvolutionOperation { Window: var window } => RowWindow.Of(window) == RowWindow.Single && group.Transform is null,
            PoolOperation { Window: { DilationHeight: 1, DilationWidth: 1 } } => true,
            _ => false,
        };

        // Winograd's write a band at a time, for which there has to be a ring, and no zeros around. A pooling finds the edges of a map
        // by its rows' numbers, which it has where it takes rows from a ring itself.
        bool WritesRows(Group group) => group.Main.Operation switch
        {
            ConvolutionOperation convolution => !IsPlanar(group)
                && (group.Transform is null || WinogradPlanner.ComputesRows(group.Transform, convolution, group.Main.Input, group.Main.Output, tier.Sizes)),
            PoolOperation => group.Above is not null,
            _ => false,
        };
    }

    /// <summary>The window of a convolution or pooling.</summary>
    private static Window? WindowOf(Group group) => group.Main.Operation switch
    {
        ConvolutionOperation convolution => convolution.Window,
        PoolOperation pool => pool.Window,
        _ => null,
    };

    private static bool IsPairwiseMaximum(Group? group) => group is
    {
        Epilogue.Count: 0,
        Main.Operation: PoolOperation
        {
            Kind: PoolKind.Max,
            Window: { KernelHeight: 2, KernelWidth: 2, StrideHeight: 2, StrideWidth: 2, DilationHeight: 1, DilationWidth: 1, Padding.IsEmpty: true },
        },
    };

    /// <summary>The groups whose first layer takes a result.</summary>
    private IEnumerable<Group> Readers(int layer) => consumers[layer].Select(c => groupFrom[c]).OfType<Group>();

    private int? SoleConsumer(int layer) =>
        consumers[layer].Count == 1 && !graph.Outputs.Contains(layer) ? consumers[layer][0] : null;

    private static bool IsElementwise(Layer layer) => layer.Operation is ActivationOperation or BatchNormOperation;

    /// <summary>A sum or product of maps of one shape, or of such and single pixels, which has a kernel of its own.</summary>
    private static bool IsPlainCombine(Layer layer) => layer.Operation is CombineOperation { Kind: CombineKind.Add or CombineKind.Multiply }
        && layer.Inputs.All(i => i.Channels == layer.Output.Channels && (i == layer.Output || i.Pixels == 1));

    private static EpilogueOperation? EpilogueOf(Layer layer) => layer.Operation switch
    {
        ActivationOperation { Function: ActivationFunction.PReLU } prelu => new SlopeEpilogue(layer.TensorName("weight"), prelu.PerChannel),
        ActivationOperation activation => new ActivationEpilogue(activation.Function, activation.Constants),
        BatchNormOperation norm => new AffineEpilogue(new BatchNormFold(layer.Name, norm.Epsilon, norm.Affine)),
        _ => null,
    };

    private bool TryFuse(Group group, int index)
    {
        Layer next = graph.Layers[index];
        if (next.Operation is IdentityOperation)
        {
            return group.Main.Operation is not (FlattenOperation or ZeroPadOperation or SliceOperation);
        }

        bool sumsTaps = group.Main.Operation is ConvolutionOperation or DenseOperation or TransposedConvolutionOperation;
        if (next.Operation is CombineOperation { Kind: CombineKind.Add })
        {
            return TryFuseResidual(group, next);
        }

        if (sumsTaps && next.Operation is BatchNormOperation norm && group.Epilogue.Count == 0)
        {
            group.Folds.Add(new BatchNormFold(next.Name, norm.Epsilon, norm.Affine));
            return true;
        }

        // A long function in a kernel that holds a dozen accumulators would spill them all; it runs on its own instead.
        if (EpilogueOf(next) is not { } operation
            || (operation is ActivationEpilogue { IsCheap: false } && !IsElementwise(group.Main) && !IsPlainCombine(group.Main))
            || !(sumsTaps || IsElementwise(group.Main) || group.Main.Operation is PoolOperation or GlobalPoolOperation || IsPlainCombine(group.Main)))
        {
            return false;
        }

        group.Epilogue.Add(operation);
        return true;
    }

    /// <summary>
    /// A convolution adds another result before it stores its own, where that other one is there by then and the sum is of two.
    /// </summary>
    private bool TryFuseResidual(Group group, Layer sum)
    {
        bool hasKernel = group.Main.Operation is DenseOperation
            || (group.Main.Operation is ConvolutionOperation convolution && !convolution.IsDepthwise(group.Main.Input));
        if (!hasKernel || group.Residual is not null || sum.Sources.Count != 2 || sum.Inputs.Any(i => i != sum.Output))
        {
            return false;
        }

        int other = sum.Sources[0] == group.Last ? sum.Sources[1] : sum.Sources[0];
        if (other >= group.First || IsFlattenedMap(other))
        {
            return false;
        }

        group.Residual = other;
        group.Epilogue.Add(new ResidualEpilogue());
        return true;
    }

    /// <summary>Whether a vector is still a map in memory.</summary>
    private bool IsFlattenedMap(int layer)
    {
        for (; layer >= 0; layer = graph.Layers[layer].Source)
        {
            switch (graph.Layers[layer])
            {
                case { Operation: FlattenOperation, Input: { IsVector: false, Pixels: > 1 } }:
                    return true;
                case { Operation: FlattenOperation or IdentityOperation or ActivationOperation { PerChannel: false } }:
                    continue;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>The zeros that the layers after a result want around it.</summary>
    private Border BorderAfter(int layer) => borders[layer + 1];

    private Border FindBorder(int layer, bool ofIntegers)
    {
        Border result = default;
        foreach (Group group in Readers(layer))
        {
            Border border = group.Main.Operation switch
            {
                ConvolutionOperation when IsInteger(group) != ofIntegers => default,
                IdentityOperation when ofIntegers => integerBorders[group.Last + 1],
                not ConvolutionOperation when ofIntegers => default,
                ConvolutionOperation convolution => group.Transform?.Border(convolution.Window.Padding, group.Main.Input, group.Main.Output)
                    ?? convolution.Window.Padding,
                TransposedConvolutionOperation transposed => TransposedConvolution.Border(transposed.Window, group.Main.Input, group.Main.Output),
                IdentityOperation or SliceOperation => BorderAfter(group.Last),
                ConcatOperation when ConcatOf(layer) == group.First => BorderAfter(group.Last),
                ZeroPadOperation pad when IsFreePad(group) => Sum(pad.Padding, BorderAfter(group.Last)),
                _ => default,
            };
            result = Max(result, border);
        }

        return result;
    }

    /// <summary>Whether a group is computed with integers.</summary>
    private bool IsInteger(Group group) => fuse && IntegerLayers.Contains(group.Main) && group.Transform is null;

    /// <summary>
    /// Finds out who reads a result as integers: the first such layer, whose input's range is the result's, and whether everyone
    /// does, so that the result itself may be stored as integers.
    /// </summary>
    private void FindRange(int layer)
    {
        bool all = !graph.Outputs.Contains(layer);
        int? range = null;
        foreach (int consumer in consumers[layer])
        {
            (int? taker, bool takesIntegers) = groupFrom[consumer] switch
            {
                { Main.Operation: IdentityOperation or FlattenOperation } alias => (rangeLayers[alias.Last + 1], wantsIntegers[alias.Last + 1]),
                { } group => IsInteger(group) ? (consumer, true) : ((int?)null, false),

                // A residual connection, within a group.
                null => (null, groups.Any(g => g.Residual == layer && g.Layers.Contains(consumer) && g.Transform is null)),
            };
            range = range is null || taker < range ? taker ?? range : range;
            all &= takesIntegers;
        }

        rangeLayers[layer + 1] = range;
        wantsIntegers[layer + 1] = all && range is not null;
    }

    /// <summary>Whether a group's kernel stores integers.</summary>
    private bool StoresIntegers(Group group) => wantsIntegers[group.Last + 1] && group.Main.Operation switch
    {
        // The filters of a group are to end with a word.
        ConvolutionOperation convolution => convolution.IsDepthwise(group.Main.Input) || convolution.Groups == 1
            || Tier.ChannelStride(convolution.Filters / convolution.Groups) == convolution.Filters / convolution.Groups,
        DenseOperation => true,
        _ => false,
    };

    private static Border Sum(Border a, Border b) => new(a.Top + b.Top, a.Bottom + b.Bottom, a.Left + b.Left, a.Right + b.Right);

    /// <summary>Whether a zero padding is only a wider view of what its source writes.</summary>
    private bool IsFreePad(Group group) => fuse && SoleConsumer(group.Source) is not null;

    /// <summary>The concatenation that a layer's kernel writes its part of, so that joining costs nothing.</summary>
    private int? ConcatOf(int layer)
    {
        foreach (int consumer in layer < 0 ? [] : consumers[layer])
        {
            Layer concat = graph.Layers[consumer];
            if (concat.Operation is ConcatOperation && concat.Sources.Count(s => s == layer) == 1 && !IsAlias(layer))
            {
                return consumer;
            }
        }

        return null;
    }

    /// <summary>Whether a layer's result is only another view of its source's.</summary>
    private bool IsAlias(int layer) => graph.Layers[layer].Operation is IdentityOperation or FlattenOperation or SliceOperation or ZeroPadOperation
        && !(groupTo[layer] is { } group && group.First != layer);

    /// <summary>The map that a concatenation's parts are written into, which may itself be a part of another.</summary>
    private TensorView ConcatView(int concat)
    {
        // Outermost first: it is the whole that the others are parts of.
        var missing = new Stack<int>();
        for (int? c = concat; c is int outer && !concats.ContainsKey(outer); c = ConcatOf(groupFrom[outer]!.Last))
        {
            missing.Push(outer);
        }

        foreach (int next in missing)
        {
            concats.Add(next, CreateConcatView(next));
        }

        return concats[concat];
    }

    private TensorView CreateConcatView(int concat)
    {
        Group group = groupFrom[concat]!;
        return PartView(group.Last) ?? NewBuffer(group.Main.Output, BorderAround(group), graph.Layers[group.Last].Name);
    }

    /// <summary>The layers whose kernels write into a concatenation.</summary>
    private IEnumerable<int> PartsOf(Group concat) => concat.Main.Sources.Where(s => ConcatOf(s) == concat.First);

    /// <summary>The zeros that are wanted around a concatenation or any of its parts, which may be concatenations themselves.</summary>
    private Border BorderAround(Group concat)
    {
        Border border = default;
        var pending = new Stack<Group>([concat]);
        while (pending.Count > 0)
        {
            Group next = pending.Pop();
            border = Max(border, BorderAfter(next.Last));
            foreach (int part in PartsOf(next))
            {
                if (groupTo[part] is { Main.Operation: ConcatOperation } inner)
                {
                    pending.Push(inner);
                }
                else
                {
                    border = Max(border, BorderAfter(part));
                }
            }
        }

        return border;
    }

    /// <summary>A layer's part of a concatenation, where its kernel writes one.</summary>
    private TensorView? PartView(int layer)
    {
        if (ConcatOf(layer) is not int concat)
        {
            return null;
        }

        int index = graph.Layers[concat].Sources.ToList().IndexOf(layer);
        return ConcatView(concat).Part(
            graph.Layers[concat].Inputs.Take(index).Sum(s => s.Channels), graph.Layers[layer].Output.Channels);
    }

    private static Border Max(Border a, Border b) => new(
        Math.Max(a.Top, b.Top), Math.Max(a.Bottom, b.Bottom), Math.Max(a.Left, b.Left), Math.Max(a.Right, b.Right));

    /// <summary>
    /// The caller's input where the first kernel can read it as it is; otherwise a copy with a border, or with its channels last.
    /// </summary>
    private TensorView PlaceInput()
    {
        Group? reader = groups.Find(IsPlanar);
        if (reader is { Planar: not null, Main.Operation: ConvolutionOperation { Window: { StrideWidth: > 1 } window } })
        {
            return PlaceColumns(window.StrideWidth, PlanarConvolution.Border(window, graph.Input, reader.Main.Output));
        }

        if (reader?.PlanarWinograd is { } transformed)
        {
            return PlaceColumns(transformed.Phases, PlanarWinograd.Border(reader.Main, transformed.Phases));
        }

        TensorView span = isBatch
            ? TensorView.Row(Storage.Input, graph.Input, 0, graph.Input.Channels)
            : TensorView.Planar(Storage.Input, graph.Input);
        Border border = BorderAfter(-1);
        bool readsScalars = ConsumersReadScalars(-1);
        if (readsScalars && border.IsEmpty)
        {
            return span;
        }

        TensorView copy = readsScalars
            ? NewPlanar(graph.Input, border, "input")
            : NewBuffer(graph.Input, border, "input");
        Add(new ConvertStep([], span, copy));
        return copy;
    }

    /// <summary>Planes of every stride-th column of the caller's image, for a planar convolution.</summary>
    /// <returns>The planes that start with the first column; those of the others follow.</returns>
    private TensorView PlaceColumns(int stride, Border border)
    {
        Shape image = graph.Input;
        TensorView span = TensorView.Planar(Storage.Input, image) with { Width = image.Width / stride, PixelStride = stride };
        TensorView planes = NewPlanar(
            Shape.Image(stride * image.Channels, image.Height, image.Width / stride), border, "input");
        for (int first = 0; first < stride; first++)
        {
            Add(new ConvertStep([], span with { Offset = first }, planes.Part(first * image.Channels, image.Channels)));
        }

        return planes.Part(0, image.Channels);
    }

    /// <summary>Whether a group reads the caller's image plane by plane.</summary>
    private static bool IsPlanar(Group group) => group.Planar is not null || group.PlanarWinograd is not null;

    /// <summary>Whether a group reads its input value by value, so that a planar image and a span without slack will do.</summary>
    private bool ReadsScalars(Group group) => IsPlanar(group) || group.Main.Operation switch
    {
        ConvolutionOperation when IsInteger(group) => isBatch,
        DenseOperation when IsInteger(group) => !IsFlattenedMap(group.Source),
        ConvolutionOperation convolution => !convolution.IsDepthwise(group.Main.Input)
            && group.Transform?.ReadsPlanes(convolution.Window, group.Main.Input) != false,
        DenseOperation or TransposedConvolutionOperation or ConcatOperation or ReshapeOperation or PermuteOperation => true,
        FlattenOperation or IdentityOperation or SliceOperation => ConsumersReadScalars(group.Last),
        ZeroPadOperation => IsFreePad(group) && !graph.Outputs.Contains(group.Last) && ConsumersReadScalars(group.Last),
        _ => false,
    };

    private bool ConsumersReadScalars(int layer) => scalars[layer + 1];

    private TensorView PlanGroup(Group group)
    {
        TensorView[] sources = [.. group.Main.Sources.Select(ValueOf)];
        return PlanGroup(group, sources[0], sources);
    }

    /// <summary>Plans a group and those above it that hand their rows on, as one step.</summary>
    private TensorView PlanStrip(Group last)
    {
        var members = new List<Group> { last };
        while (members[0].Above is { } above)
        {
            members.Insert(0, above);
        }

        int scratch = NewScratch(last.Main.Name + ", rows handed on");
        (TensorView Map, RowWindow Window, int Unit)[] maps = [.. members.Skip(1).Select(m =>
            (Bordered(m.Main.Input, BorderAfter(m.Source), scratch), RowWindow.Of(WindowOf(m)!), m.Above!.Transform?.Outputs ?? 1))];
        int rows = StripPlanner.ChooseRows(maps, last.Main.Output.Height, tier.Sizes.StripBuffers);
        int[] held = StripPlanner.HeldRows(maps, rows);
        int length = 0;
        for (int i = 0; i < maps.Length; i++)
        {
            var buffer = new LineBuffer(maps[i].Map with { Offset = length }, BorderAfter(members[i].Last), maps[i].Window, held[i]);
            lineBuffers.Add(members[i], buffer);
            length = checked(length + buffer.Length);
        }

        int first = steps.Count;
        foreach (Group member in members)
        {
            values[member.Last] = PlanGroup(member);
        }

        foreach (Group member in members.Take(maps.Length))
        {
            values[member.Last] = null;
        }

        // All of them are one step, for which their buffers live, and whose scratch is theirs.
        Step[] parts = [.. steps.Skip(first)];
        steps.RemoveRange(first, parts.Length);
        foreach (int own in parts.Select(p => p.ScratchBuffer).OfType<int>())
        {
            buffers[own] = buffers[own] with { Length = 0 };
        }

        for (int i = 0; i < buffers.Count; i++)
        {
            buffers[i] = buffers[i] with { FirstStep = Math.Min(buffers[i].FirstStep, first), LastStep = Math.Min(buffers[i].LastStep, first) };
        }

        int handed = rows;
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            parts[i] = parts[i] with { StripRows = i < maps.Length ? Math.Max(handed, maps[i].Unit) : handed };
            handed *= i > 0 ? maps[i - 1].Window.Stride : 1;
        }

        return Add(new StripStep(
            members.SelectMany(m => m.Layers).ToEquatableArray(),
            parts[0].Input,
            parts[parts.Length - 1].Output,
            parts.ToEquatableArray(),
            members.Take(maps.Length).Select(m => lineBuffers[m]).ToEquatableArray(),
            WindowOf(members[0])!.StrideHeight * parts[0].Input.RowStride,
            rows,
            scratch)
        {
            WeightOffset = parts[0].WeightOffset,
            MoreInputs = parts.SelectMany(p => p.MoreInputs).ToEquatableArray(),
        }).Output;
    }

    /// <summary>The rows of the ring that a group reads, where it reads one.</summary>
    private int RingOf(Group group) => group.Above is { } above && lineBuffers[above] is { IsRing: true, Rows: var rows } ? rows : 0;

    private TensorView PlanGroup(Group group, TensorView source, TensorView[] sources)
    {
        switch (group.Main.Operation)
        {
            case IdentityOperation or FlattenOperation:
                return source;
            case ZeroPadOperation pad when IsFreePad(group):
                return source.Outside(pad.Padding);
            case ZeroPadOperation pad:
            {
                // The copy goes inside a map whose border is both the padding and what the next layer wants.
                TensorView inside = NewBuffer(
                    group.Main.Input, Sum(pad.Padding, BorderAfter(group.Last)), group.Main.Name);
                Add(new ConvertStep(group.Layers.ToEquatableArray(), source, inside));
                return inside.Outside(pad.Padding);
            }

            case SliceOperation slice:
                return Unflattened(group, source).Part(slice.Start, group.Main.Output.Channels);
            case ConcatOperation:
                return PlanConcat(group, sources);
            case CombineOperation combine:
                return PlanCombine(group, combine, sources);
            case TransposedConvolutionOperation transposed:
                return PlanTransposed(group, transposed, source);
            case ElementwiseOperation elementwise:
                return AddWeighted(new BroadcastStep(
                    Indices(group), Unflattened(group, source), Result(group), elementwise.Kind, group.Main.TensorName("weight"), elementwise.Parameter, elementwise.Reversed)).Output;
            case ReshapeOperation:
            {
                TensorView rows = RowMajor(group, source);
                TensorView image = TensorView.Planar(rows.Storage, group.Main.Output) with { Buffer = rows.Buffer, Offset = rows.Offset };
                return Add(new ConvertStep(Indices(group), image, Result(group))).Output;
            }

            case PermuteOperation permute when group.Main.Output.IsVector:
                return Add(new PermuteStep(Indices(group), RowMajor(group, source), Result(group), permute)).Output;
            case PermuteOperation permute:
                return Add(new ConvertStep(Indices(group), source.Permuted(permute.Order), Result(group))).Output;
            case ResampleOperation resample:
                return Add(new ResampleStep(Indices(group), Unflattened(group, source), Result(group), resample)).Output;
            case ReduceOperation reduce:
                return Add(new ReduceStep(Indices(group), Unflattened(group, source), Result(group), reduce)).Output;
            case NormalizationOperation normalization:
                return AddWeighted(new NormalizationStep(
                    Indices(group), Unflattened(group, source), Result(group), normalization, group.Main.Name)).Output;
            case UpsampleOperation upsample:
                return Add(new UpsampleStep(Indices(group), source, Result(group), upsample)).Output;
            case ChannelShuffleOperation shuffle:
                return Add(new ChannelShuffleStep(Indices(group), source, Result(group), shuffle.Groups)).Output;
            case PixelShuffleOperation shuffle:
                return Add(new PixelShuffleStep(Indices(group), source, Result(group), shuffle.Factor)).Output;
            case ConvolutionOperation convolution when group.Planar is { } tile:
                return PlanPlanar(group, convolution, tile, source);
            case ConvolutionOperation convolution when group.PlanarWinograd is { } tile:
                return PlanPlanarWinograd(group, convolution, tile, source);
            case ConvolutionOperation convolution when convolution.IsDepthwise(group.Main.Input):
                return PlanDepthwise(group, convolution, source);
            case ConvolutionOperation convolution when group.Transform is { } transform:
                return PlanWinograd(group, convolution, transform, source);
            case ConvolutionOperation convolution:
                return PlanConvolution(group, convolution, IsInteger(group) ? Quantized(group) : source);
            case DenseOperation dense:
                return PlanDense(group, dense, IsInteger(group) ? Quantized(group) : source);
            case PoolOperation pool:
                return AddWeighted(new PoolStep(Indices(group), source, Result(group), pool, EpilogueOf(group)) { RingRows = RingOf(group) }).Output;
            case GlobalPoolOperation pool:
                return AddWeighted(new GlobalPoolStep(Indices(group), source, Result(group), pool.Kind, EpilogueOf(group))).Output;
            case LocalResponseNormOperation norm:
            {
                TensorView result = Result(group);
                return Add(new LocalResponseNormStep(Indices(group), source, result, norm, NewScratch(group.Main.Name + ", squares"))).Output;
            }

            case SoftmaxOperation softmax:
            {
                TensorView vector = Unflattened(group, source);
                return Add(new SoftmaxStep(Indices(group), vector, ResultLike(group, vector), softmax.Logarithm)).Output;
            }

            case ActivationOperation or BatchNormOperation:
            {
                bool perChannel = group.Epilogue.Any(e => e is SlopeEpilogue { PerChannel: true } or AffineEpilogue);
                TensorView operand = perChannel ? Unflattened(group, source) : source;
                return AddWeighted(new ElementwiseStep(Indices(group), operand, ResultLike(group, operand), EpilogueOf(group))).Output;
            }

            default:
                throw new NotSupportedException(group.Main.Operation.ToString());
        }
    }

    private static EquatableArray<int> Indices(Group group) => group.Layers.ToEquatableArray();

    private static SumParameters ParametersOf(Group group, bool bias, Epilogue epilogue) =>
        new(group.Main.TensorName("weight"), bias ? group.Main.TensorName("bias") : null, group.Folds.ToEquatableArray(), epilogue);

    private static Epilogue EpilogueOf(Group group) => new(group.Epilogue.ToEquatableArray());

    /// <summary>What happens to the results of a sum of taps, given where they are stored.</summary>
    private Epilogue EpilogueOf(Group group, TensorView output)
    {
        IEnumerable<EpilogueOperation> operations = group.Residual is int residual && ValueOf(residual).Quantization is { } quantization
            ? group.Epilogue.Select(e => e is ResidualEpilogue ? new ResidualEpilogue(quantization.Range) : e)
            : group.Epilogue;
        return new(output.Quantization is { } results ? [.. operations, new QuantizeEpilogue(results.Range)] : operations.ToEquatableArray());
    }

    private TensorView PlanConvolution(Group group, ConvolutionOperation convolution, TensorView input)
    {
        Window window = convolution.Window;
        int channels = input.Channels / convolution.Groups;
        bool channelsFirst = !input.IsChannelsLast;
        var channelLoop = new TapLoop(channels, input.ChannelStride);
        var rowLoop = new TapLoop(window.KernelHeight, window.DilationHeight * input.RowStride);
        var columnLoop = new TapLoop(window.KernelWidth, window.DilationWidth * input.PixelStride);
        TapLoop[] loops = channelsFirst ? [channelLoop, rowLoop, columnLoop] : [rowLoop, columnLoop, channelLoop];
        TensorView output = Result(group);
        TensorView origin = input.Outside(window.Padding);

        int rows = output.Height;
        int columns = output.Width;
        bool pointwise = window.Taps == 1 && window.StrideHeight == 1 && window.StrideWidth == 1;
        bool residualAllows = group.Residual is not int residual || ValueOf(residual).HasContiguousRows;
        bool inStrips = group.HandsOn || group.Above is not null;
        if (pointwise && !inStrips && origin.HasContiguousRows && output.HasContiguousRows && residualAllows)
        {
            columns *= rows;
            rows = 1;
        }

        return AddFilters(
            group,
            origin,
            output,
            convolution.Bias,
            convolution.Filters,
            channels,
            window.Taps,
            convolution.Groups,
            loops,
            channelsFirst,
            rows,
            columns,
            window.StrideHeight * input.RowStride,
            window.StrideWidth * input.PixelStride,
            $"Convolution{window.KernelHeight}x{window.KernelWidth}");
    }

    private WinogradTransform? WinogradOf(Layer layer) => allowsWinograd && layer.Operation is ConvolutionOperation convolution
        && (convolution.Groups == 1 || graph.Options.Precision != Precision.Int8)
        ? WinogradPlanner.Choose(convolution, layer.Input, layer.Output, tier, IntegerLayers.Contains(layer))
        : null;

    private TensorView PlanWinograd(Group group, ConvolutionOperation convolution, WinogradTransform transform, TensorView input)
    {
        TensorView output = Result(group);
        for (int i = 0; i < convolution.Groups; i++)
        {
            AddWinograd(group, convolution, transform, input, output, i);
        }

        return output;
    }

    /// <summary>One of the groups of a convolution's channels, which is a convolution of its own.</summary>
    private void AddWinograd(
        Group group, ConvolutionOperation convolution, WinogradTransform transform, TensorView wholeInput, TensorView wholeOutput, int index)
    {
        Window window = convolution.Window;
        int channels = wholeInput.Channels / convolution.Groups;
        int filters = convolution.Filters / convolution.Groups;
        TensorView source = PartOf(wholeInput, channels).Outside(window.Padding);
        TensorView output = PartOf(wholeOutput, filters);
        int scratch = NewScratch(group.Main.Name + ", transformed");

        // Over rows, a tile keeps its columns, and the products sum over the kernel's and over phases.
        int columns = transform.ProductColumns(output.Width);
        int taps = transform.ProductTaps(window);
        int tileFloats = (transform.Stride * Plane(1, channels, source.Width).RowStride) + Plane(1, filters, columns).RowStride;
        int blocks = group.HandsOn
            ? transform.TileRows(group.Main.Output.Height)
            : WinogradPlanner.Blocks(transform, tileFloats, (long)channels * filters * taps, group.Main.Output, tier.Sizes);
        TileShare[] sizes = TilePlanner.Shares(transform.Tiles(group.Main.Output), blocks);

        // Both sizes share one layout of packed weights, and so the tile.
        Tile tile = TilePlanner.Choose(tier, filters, transform.OverRows ? columns : sizes[0].Length, channels * taps);
        var step = new WinogradStep(
            Indices(group),
            source,
            output,
            ParametersOf(group, convolution.Bias, EpilogueOf(group, wholeOutput)),
            transform,
            blocks,
            sizes.Select(s => Product(s.Length)).ToEquatableArray(),
            scratch,
            convolution.Filters,
            index * filters)
        {
            MoreInputs = group.Residual is int residual ? [PartOf(ValueOf(residual), filters)] : default,
            Sizes = tier.Sizes,
            RingBands = group.HandsOn ? lineBuffers[group].Rows / transform.Outputs : 0,
        };
        if (step.SharesFilters)
        {
            step = step with { Products = step.Products.Select(p => p with { ProductAxis = SplitAxis.Tiles }).ToEquatableArray() };
        }

        AddWeighted(step);

        TensorView PartOf(TensorView view, int count) => convolution.Groups == 1 ? view : view.Part(index * count, count);

        FilterStep Product(int tiles)
        {
            TensorView from = source.IsChannelsLast
                ? Plane(tiles * transform.Stride, channels, source.Width)
                : PlanarRows(tiles * transform.Stride);
            TensorView to = Plane(tiles, filters, columns);
            bool hasPhases = transform.PhasesAtInfinity < transform.Stride;
            var phaseLoop = new TapLoop(transform.Stride, from.RowStride);
            var channelLoop = new TapLoop(channels, from.ChannelStride);
            var columnLoop = new TapLoop(taps / transform.Stride, window.DilationWidth * from.PixelStride);
            TapLoop[] innerLoops = from.IsChannelsLast ? [columnLoop, channelLoop] : [channelLoop, columnLoop];
            return new(
                Indices(group),
                from,
                to,
                new SumParameters(group.Main.TensorName("weight"), null, default, Epilogue.None),
                filters,
                channels,
                taps,
                1,
                hasPhases ? [phaseLoop, .. Collapse(innerLoops)] : Collapse([phaseLoop, .. innerLoops]),
                !from.IsChannelsLast,
                to.Height,
                to.Width,
                transform.Stride * from.RowStride,
                (transform.OverRows ? window.StrideWidth : 1) * from.PixelStride,
                channels,
                tier.Lanes,
                tier.CoveredLanes(filters),
                tile,
                "Product",
                ProductAxis: SplitAxis.None,
                HasPhases: hasPhases)
            {
                Sizes = tier.Sizes,
            };
        }

        // A row for each band, or phase of it, over rows; otherwise one of all tiles.
        TensorView Plane(int tiles, int depth, int width)
        {
            int pixel = Tier.PixelStride(depth);
            (int rows, int pixels) = transform.OverRows ? (tiles, width) : (1, tiles);
            return new TensorView(Storage.Workspace, scratch, 0, depth, rows, pixels, pixels * pixel, pixel, 1);
        }

        // A planar image's rows of all channels, one after the other.
        TensorView PlanarRows(int rows) =>
            new(Storage.Workspace, scratch, 0, channels, rows, source.Width, channels * source.Width, 1, source.Width);
    }

    /// <summary>A dense layer is a convolution whose kernel is as large as the map; on a vector, of one pixel.</summary>
    private TensorView PlanDense(Group group, DenseOperation dense, TensorView input)
    {
        bool channelsFirst = !input.IsChannelsLast;
        var channelLoop = new TapLoop(input.Channels, input.ChannelStride);
        var rowLoop = new TapLoop(input.Height, input.RowStride);
        var columnLoop = new TapLoop(input.Width, input.PixelStride);
        TapLoop[] loops = channelsFirst ? [channelLoop, rowLoop, columnLoop] : [rowLoop, columnLoop, channelLoop];
        return AddFilters(
            group, input, Result(group), dense.Bias, dense.Units, input.Channels, input.Pixels, 1, loops, channelsFirst, 1, 1, 0, 0, "Dense");
    }

    private TensorView AddFilters(
        Group group,
        TensorView origin,
        TensorView output,
        bool bias,
        int filters,
        int channels,
        int positions,
        int groupCount,
        TapLoop[] loops,
        bool channelsFirst,
        int rows,
        int columns,
        int rowStep,
        int columnStep,
        string title,
        FilterSource? source = null)
    {
        EquatableArray<TapLoop> joined = positions == 0 ? default : Collapse(loops);
        WeightStorage storage = origin.IsQuantized ? WeightStorage.Float32 : StorageOf(joined, channels * positions);

        // Unpacked weights take registers beside the packed ones.
        Tier tileTier = storage == WeightStorage.Float32 ? tier : tier with { Registers = tier.Registers - 2 };
        Tile tile = origin.IsQuantized ? TilePlanner.ChooseForIntegers(tier, filters / groupCount, columns, channels * positions)
            : isBatch ? TilePlanner.ChooseForBatch(tileTier, filters, columns, channels)
            : TilePlanner.Choose(tileTier, filters / groupCount, columns, channels * positions);
        return AddWeighted(new FilterStep(
            Indices(group),
            origin,
            output,
            ParametersOf(group, bias, EpilogueOf(group, output)),
            filters,
            channels,
            positions,
            groupCount,
            joined,
            channelsFirst,
            rows,
            columns,
            rowStep,
            columnStep,
            channels * origin.ChannelStride,
            tier.Lanes,
            tier.CoveredLanes(filters / groupCount),
            tile,
            title,
            source,
            Storage: storage)
        {
            MoreInputs = group.Residual is int residual ? [ValueOf(residual)] : default,
        }).Output;
    }

    /// <summary>
    /// How a layer's weights lie in memory: as the author asks, unless a word would hold taps of several rows of the kernel, or
    /// there are hardly any.
    /// </summary>
    private WeightStorage StorageOf(EquatableArray<TapLoop> loops, int taps)
    {
        WeightStorage storage = graph.Options.Storage;
        int perWord = storage == WeightStorage.Int8 ? 4 : 2;
        return fuse && taps >= 8 && (loops.Count == 1 || loops[loops.Count - 1].Count % perWord == 0) ? storage : WeightStorage.Float32;
    }

    /// <summary>A phase of the output, every stride-th pixel, is an ordinary convolution with some of the kernel's taps.</summary>
    private TensorView PlanTransposed(Group group, TransposedConvolutionOperation operation, TensorView input)
    {
        Window window = operation.Window;
        TensorView output = Result(group);
        int channels = group.Main.Input.Channels / operation.Groups;
        bool channelsFirst = !input.IsChannelsLast;
        foreach ((TransposedPhase rows, TransposedPhase columns) in TransposedConvolution.Phases(window, output.Height, output.Width))
        {
            var channelLoop = new TapLoop(channels, input.ChannelStride);
            var rowLoop = new TapLoop(rows.Taps, rows.InputStep * input.RowStride);
            var columnLoop = new TapLoop(columns.Taps, columns.InputStep * input.PixelStride);
            TapLoop[] loops = channelsFirst ? [channelLoop, rowLoop, columnLoop] : [rowLoop, columnLoop, channelLoop];
            AddFilters(
                group,
                input with { Offset = input.Offset + (rows.FirstInput * input.RowStride) + (columns.FirstInput * input.PixelStride) },
                output with
                {
                    Offset = output.Offset + (rows.First * output.RowStride) + (columns.First * output.PixelStride),
                    Height = rows.Count,
                    Width = columns.Count,
                    RowStride = output.RowStride * window.StrideHeight,
                    PixelStride = output.PixelStride * window.StrideWidth,
                },
                operation.Bias,
                operation.Filters,
                channels,
                rows.Taps * columns.Taps,
                operation.Groups,
                loops,
                channelsFirst,
                rows.Count,
                columns.Count,
                input.RowStride,
                input.PixelStride,
                $"Transposed{window.KernelHeight}x{window.KernelWidth}",
                new FilterSource(
                    window.KernelHeight, window.KernelWidth, rows.FirstTap, rows.TapStep, rows.Taps, columns.FirstTap, columns.TapStep, columns.Taps));
        }

        return output;
    }

    private TensorView PlanConcat(Group group, TensorView[] sources)
    {
        TensorView whole = ConcatView(group.First);
        int start = 0;
        for (int i = 0; i < sources.Length; i++)
        {
            int channels = group.Main.Inputs[i].Channels;
            TensorView part = whole.Part(start, channels);
            if (sources[i] != part)
            {
                // A map that is a vector by name only is copied in the order that the name promises.
                bool flattened = group.Main.Inputs[i].IsVector && sources[i].Pixels > 1;
                TensorView target = flattened
                    ? TensorView.Planar(Storage.Workspace, PhysicalShape(sources[i])) with { Buffer = part.Buffer, Offset = part.Offset }
                    : part;
                Add(new ConvertStep([group.First], sources[i], target));
            }

            start += channels;
        }

        return whole;
    }

    private TensorView PlanCombine(Group group, CombineOperation combine, TensorView[] sources)
    {
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = Unflattened(group, sources[i]);
        }

        if (!IsPlainCombine(group.Main))
        {
            var step = new BroadcastStep(Indices(group), sources[0], Result(group), combine.Kind) { MoreInputs = sources.Skip(1).ToEquatableArray() };
            return Add(step).Output;
        }

        // The first input has the result's shape; one of a single pixel may stand for all.
        TensorView[] ordered = [.. sources.OrderByDescending(s => s.Pixels)];
        return AddWeighted(
            new CombineStep(Indices(group), ordered[0], Result(group), combine.Kind, EpilogueOf(group)) { MoreInputs = ordered.Skip(1).ToEquatableArray() })
            .Output;
    }

    /// <summary>Joins loops that run on through memory, so that the innermost is as long as it can be.</summary>
    private static EquatableArray<TapLoop> Collapse(IEnumerable<TapLoop> loops)
    {
        var joined = new List<TapLoop>();
        foreach (TapLoop loop in loops.Where(l => l.Count > 1))
        {
            if (joined.Count > 0 && joined[joined.Count - 1].Stride == loop.Count * loop.Stride)
            {
                joined[joined.Count - 1] = new TapLoop(joined[joined.Count - 1].Count * loop.Count, loop.Stride);
            }
            else
            {
                joined.Add(loop);
            }
        }

        return joined.Count == 0 ? [new TapLoop(1, 0)] : joined.ToEquatableArray();
    }

    private TensorView PlanDepthwise(Group group, ConvolutionOperation convolution, TensorView input)
    {
        TensorView output = Result(group);
        return AddWeighted(new DepthwiseStep(
            Indices(group),
            input.Outside(convolution.Window.Padding),
            output,
            ParametersOf(group, convolution.Bias, EpilogueOf(group, output)),
            convolution.Window,
            tier.CoveredLanes(input.Channels),
            TilePlanner.ChoosePixels(tier, output.Width, convolution.Window.KernelWidth))
        {
            RingRows = RingOf(group),
        }).Output;
    }

    private TensorView PlanPlanar(Group group, ConvolutionOperation convolution, PlanarTile tile, TensorView input)
    {
        Window window = convolution.Window;
        TensorView output = Result(group);
        return AddWeighted(new PlanarStep(
            Indices(group),
            input.Outside(PlanarConvolution.Border(window, group.Main.Input, group.Main.Output)),
            output,
            ParametersOf(group, convolution.Bias, EpilogueOf(group)),
            convolution.Filters,
            input.Channels / convolution.Groups,
            convolution.Groups,
            window,
            group.Main.Output,
            group.Pools,
            tile)).Output;
    }

    private TensorView PlanPlanarWinograd(Group group, ConvolutionOperation convolution, PlanarWinogradTile tile, TensorView input)
    {
        TensorView output = Result(group);
        return AddWeighted(new PlanarWinogradStep(
            Indices(group),
            input.Outside(PlanarWinograd.Border(group.Main, tile.Phases)),
            output,
            ParametersOf(group, convolution.Bias, EpilogueOf(group)),
            convolution.Filters,
            convolution.Window,
            group.Main.Output,
            tile,
            NewScratch(group.Main.Name + ", transformed"))).Output;
    }

    /// <summary>A vector that is still a map in memory becomes one in NCHW order, for layers to which the features' order matters.</summary>
    private TensorView Unflattened(Group group, TensorView source)
    {
        if (!group.Main.Input.IsVector || source.Pixels == 1)
        {
            return source;
        }

        TensorView vector = NewBuffer(group.Main.Input, default, group.Main.Name + ", flattened");
        Add(new ConvertStep([], source, TensorView.Planar(Storage.Workspace, PhysicalShape(source)) with { Buffer = vector.Buffer }));
        return vector;
    }

    /// <summary>A value in NCHW order without a gap: as it is, or a copy.</summary>
    private TensorView RowMajor(Group group, TensorView source)
    {
        bool isRowMajor = source.Pixels == 1
            ? source.ChannelStride == 1
            : source.PixelStride == 1 && source.HasContiguousRows && source.ChannelStride == source.Pixels;
        if (isRowMajor)
        {
            return source;
        }

        TensorView vector = NewBuffer(Shape.Vector(source.Length), default, group.Main.Name + ", row by row");
        Add(new ConvertStep([], source, TensorView.Planar(Storage.Workspace, PhysicalShape(source)) with { Buffer = vector.Buffer }));
        return vector;
    }

    /// <summary>What a group that computes with integers takes: its source's result as it is, or a copy, which all others of its kind share.</summary>
    private TensorView Quantized(Group group)
    {
        int layer = group.Source;
        while (layer >= 0 && groupTo[layer] is { Main.Operation: IdentityOperation or FlattenOperation } alias)
        {
            layer = alias.Source;
        }

        TensorView source = ValueOf(layer);
        if (source.IsQuantized)
        {
            return source;
        }

        // To a dense layer a map whose channels do not come last is as good as a vector; a convolution reads pixels.
        bool isVector = !source.IsChannelsLast && group.Main.Input.IsVector;
        if (quantized.TryGetValue((layer, isVector), out TensorView? known))
        {
            return known;
        }

        if (isVector)
        {
            TensorView rows = RowMajor(group, source);
            source = rows with { Channels = rows.Length, Height = 1, Width = 1, RowStride = rows.Length, PixelStride = rows.Length, ChannelStride = 1 };
        }
        else if (!source.IsChannelsLast)
        {
            TensorView pixels = NewBuffer(PhysicalShape(source), default, group.Main.Name + ", pixel by pixel");
            source = Add(new ConvertStep(SourceLayers(layer), source, pixels)).Output;
        }

        TensorView copy = NewQuantized(PhysicalShape(source), layer, group.Main.Name + ", integers");
        quantized.Add((layer, isVector), copy);
        return AddWeighted(new QuantizeStep(SourceLayers(layer), source, copy)).Output;

        static EquatableArray<int> SourceLayers(int layer) => layer < 0 ? [] : [layer];
    }

    /// <summary>A buffer for a map of integers, and the filling of its border.</summary>
    private TensorView NewQuantized(Shape shape, int layer, string purpose)
    {
        Border border = integerBorders[layer + 1];
        int pixel = Tier.Padded(Tier.ChannelStride(shape.Channels) / 4);
        int height = shape.Height + border.Top + border.Bottom;
        int width = shape.Width + border.Left + border.Right;
        var whole = new TensorView(
            Storage.Workspace,
            buffers.Count,
            0,
            (shape.Channels + 3) / 4,
            height,
            width,
            width * pixel,
            pixel,
            1,
            Quantization: new Quantization(IntegerLayers.RangeOf(graph.Layers[rangeLayers[layer + 1]!.Value]), shape.Channels));
        NewBuffer(whole, checked(height * width * pixel), default, purpose);
        return border.IsEmpty ? whole : AddWeighted(new BorderStep(layer < 0 ? [] : [layer], whole, border)).Output.Inside(border);
    }

    /// <summary>A new place for a group's result: the caller's span for the network's, or a buffer.</summary>
    private TensorView Result(Group group)
    {
        if (lineBuffers.TryGetValue(group, out LineBuffer? buffer))
        {
            return buffer.Inside;
        }

        Shape shape = graph.Layers[group.Last].Output;
        if (StoresIntegers(group))
        {
            return NewQuantized(shape, group.Last, graph.Layers[group.Last].Name);
        }

        return IsOutput(group) && (IsDirect(shape.Pixels) || group.Planar is not null)
            ? OutputView(group.Last, shape)
            : PartView(group.Last) ?? NewBuffer(shape, BorderAfter(group.Last), graph.Layers[group.Last].Name);
    }

    /// <summary>A place for a result of its operand's layout: the operand's own, where nobody else wants that.</summary>
    private TensorView ResultLike(Group group, TensorView operand)
    {
        if (IsOutput(group) && IsDirect(operand.Pixels))
        {
            return OutputView(group.Last, PhysicalShape(operand));
        }

        if (!IsFlattenedMap(group.Last) && PartView(group.Last) is { } part)
        {
            return part;
        }

        // In place is out of the question where the operand's zeros have to last.
        Border border = BorderAfter(group.Last);
        return operand.HasSlack && buffers[operand.Buffer].Bordered is null && IsSoleReader(group.Source) && border.IsEmpty
            ? operand
            : NewBuffer(PhysicalShape(operand), border, graph.Layers[group.Last].Name);
    }

    /// <summary>Whether nobody reads a result, or what it is a view of, or what was written into a part of it, but one layer.</summary>
    private bool IsSoleReader(int layer)
    {
        var pending = new Stack<int>([layer]);
        while (pending.Count > 0)
        {
            int next = pending.Pop();
            if (SoleConsumer(next) is null)
            {
                return false;
            }

            if (next >= 0 && IsAlias(next))
            {
                pending.Push(graph.Layers[next].Source);
            }

            if (next >= 0 && groupTo[next] is { Main.Operation: ConcatOperation } concat)
            {
                foreach (int source in PartsOf(concat))
                {
                    pending.Push(source);
                }
            }
        }

        return true;
    }

    /// <summary>Whether the caller alone takes a group's result.</summary>
    private bool IsOutput(Group group) => graph.Outputs.Contains(group.Last) && consumers[group.Last].Count == 0;

    /// <summary>A buffer for a map with its channels last, and a border of zeros around it.</summary>
    private TensorView NewBuffer(Shape shape, Border border, string purpose)
    {
        TensorView whole = Bordered(shape, border, buffers.Count);
        return NewBuffer(whole, checked(whole.Height * whole.RowStride), border, purpose);
    }

    /// <summary>A map with its channels last and a border of zeros around it.</summary>
    private static TensorView Bordered(Shape shape, Border border, int buffer)
    {
        int pixel = Tier.PixelStride(shape.Channels);
        int width = shape.Width + border.Left + border.Right;
        return new TensorView(
            Storage.Workspace, buffer, 0, shape.Channels, shape.Height + border.Top + border.Bottom, width, width * pixel, pixel, 1);
    }

    private TensorView NewPlanar(Shape shape, Border border, string purpose)
    {
        int height = shape.Height + border.Top + border.Bottom;
        int width = shape.Width + border.Left + border.Right;
        return NewBuffer(
            new TensorView(Storage.Workspace, buffers.Count, 0, shape.Channels, height, width, width, 1, height * width),
            checked(shape.Channels * height * width),
            border,
            purpose);
    }

    private TensorView NewBuffer(TensorView whole, int length, Border border, string purpose)
    {
        buffers.Add(new WorkspaceBuffer(
            0, length, steps.Count, steps.Count, false, border.IsEmpty ? null : whole, border, purpose));
        return whole.Inside(border);
    }

    /// <summary>A buffer for the next step alone, which knows its length.</summary>
    private int NewScratch(string purpose)
    {
        buffers.Add(new WorkspaceBuffer(0, 0, steps.Count, steps.Count, false, null, default, purpose));
        return buffers.Count - 1;
    }

    private T AddWeighted<T>(T step)
        where T : Step
    {
        var placed = (T)(step with { WeightOffset = weightLength });
        weightLength = checked((weightLength + step.WeightLength + 15) / 16 * 16);
        return Add(placed);
    }

    private T Add<T>(T step)
        where T : Step
    {
        step = (T)(step with { Sizes = tier.Sizes });
        Extend(step.Input);
        Extend(step.Output);
        foreach (TensorView input in step.MoreInputs)
        {
            Extend(input);
        }

        if (step.ScratchBuffer is int scratch)
        {
            buffers[scratch] = buffers[scratch] with { Length = step.ScratchLength, LastStep = steps.Count };
        }

        steps.Add(step);
        return step;
    }

    /// <summary>A buffer lives until the last step that touches it.</summary>
    private void Extend(TensorView view)
    {
        if (view.Buffer >= 0)
        {
            buffers[view.Buffer] = buffers[view.Buffer] with { LastStep = steps.Count };
        }
    }
}
