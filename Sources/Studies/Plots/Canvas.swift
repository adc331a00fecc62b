/// Collects the elements of one SVG picture; coordinates are pixels from the top left.
struct Canvas {
    enum Anchor: String {
        case start, middle, end
    }

    let theme: PlotTheme
    private var elements: [String] = []

    init(theme: PlotTheme) { self.theme = theme }

    /// The picture; it names no other file, and fonts only by family.
    ///
    /// - Parameters:
    ///   - title: for readers that do not see it.
    ///   - description: what the picture shows, in a sentence.
    func document(width: Double, height: Double, title: String, description: String) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.number(width)) \
        \(Self.number(height))" width="\(Self.number(width))" height="\(Self.number(height))" \
        role="img" font-family="Inter, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif">
        <title>\(Self.escaped(title))</title>
        <desc>\(Self.escaped(description))</desc>
        <rect width="100%" height="100%" style="fill:\(theme.color(.ground))"/>
        \(elements.joined(separator: "\n"))
        </svg>

        """
    }

    mutating func text(
        _ text: String, x: Double, y: Double, size: Double = 12, ink: PlotTheme.Ink = .text,
        anchor: Anchor = .start, isBold: Bool = false, rotation: Double = 0
    ) {
        let turn =
            rotation == 0
            ? ""
            : " transform=\"rotate(\(Self.number(rotation)) \(Self.number(x)) \(Self.number(y)))\""
        add(
            "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" font-size=\"\(Self.number(size))"
                + "\" text-anchor=\"\(anchor.rawValue)\"\(isBold ? " font-weight=\"600\"" : "")"
                + "\(turn) style=\"fill:\(theme.color(ink))\">\(Self.escaped(text))</text>")
    }

    mutating func line(
        _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), ink: PlotTheme.Ink,
        width: Double = 1, dash: String = ""
    ) {
        add(
            "<line x1=\"\(Self.number(from.x))\" y1=\"\(Self.number(from.y))\" "
                + "x2=\"\(Self.number(to.x))\" y2=\"\(Self.number(to.y))\" "
                + "style=\"\(stroke(ink, width, dash))\"/>")
    }

    mutating func path(
        _ points: [(x: Double, y: Double)], ink: PlotTheme.Ink, width: Double = 2,
        dash: String = ""
    ) {
        guard points.count > 1 else { return }
        add(
            "<path d=\"\(Self.outline(points))\" style=\"fill:none;stroke-linejoin:round;"
                + "stroke-linecap:round;\(stroke(ink, width, dash))\"/>")
    }

    mutating func area(_ points: [(x: Double, y: Double)], ink: PlotTheme.Ink, opacity: Double) {
        guard points.count > 2 else { return }
        add(
            "<path d=\"\(Self.outline(points))Z\" style=\"fill:\(theme.color(ink));"
                + "fill-opacity:\(Self.number(opacity));stroke:none\"/>")
    }

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, ink: PlotTheme.Ink,
        opacity: Double = 1, tip: String = ""
    ) {
        add(
            "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
                + "height=\"\(Self.number(height))\" style=\"fill:\(theme.color(ink));"
                + "fill-opacity:\(Self.number(opacity))\"\(Self.close("rect", tip))")
    }

    /// A mark of one of some shapes, so that series differ in print without colours, too.
    mutating func mark(
        _ shape: Int, x: Double, y: Double, radius: Double = 3.5, ink: PlotTheme.Ink,
        tip: String = ""
    ) {
        let style =
            "style=\"fill:\(theme.color(ink));stroke:\(theme.color(.ground));stroke-width:1\""
        let r = radius
        let corners: [(Double, Double)]
        switch shape % 4 {
        case 0:
            add(
                "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(r))\" "
                    + style + Self.close("circle", tip))
            return
        case 1: corners = [(-r, -r), (r, -r), (r, r), (-r, r)].map { ($0 * 0.88, $1 * 0.88) }
        case 2: corners = [(0, -r * 1.2), (r * 1.15, r * 0.9), (-r * 1.15, r * 0.9)]
        default: corners = [(0, -r * 1.25), (r * 1.25, 0), (0, r * 1.25), (-r * 1.25, 0)]
        }
        let outline = Self.outline(corners.map { (x + $0, y + $1) })
        add("<path d=\"\(outline)Z\" \(style)" + Self.close("path", tip))
    }

    private mutating func add(_ element: String) { elements.append(element) }

    private func stroke(_ ink: PlotTheme.Ink, _ width: Double, _ dash: String) -> String {
        "stroke:\(theme.color(ink));stroke-width:\(Self.number(width))"
            + (dash.isEmpty ? "" : ";stroke-dasharray:\(dash)")
    }

    /// The end of an element, around the text that browsers show under the pointer.
    private static func close(_ name: String, _ tip: String) -> String {
        tip.isEmpty ? "/>" : "><title>\(escaped(tip))</title></\(name)>"
    }

    private static func outline(_ points: [(x: Double, y: Double)]) -> String {
        points.enumerated().map { index, point in
            "\(index == 0 ? "M" : "L")\(number(point.x)) \(number(point.y))"
        }.joined()
    }

    /// With two places at most, which is finer than a screen.
    static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let sign = hundredths < 0 ? "-" : ""
        let whole = abs(hundredths) / 100
        let rest = abs(hundredths) % 100
        if rest == 0 { return "\(sign)\(whole)" }
        return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest % 10 == 0 ? rest / 10 : rest)"
    }

    /// Text within XML or HTML.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // What XML does not allow at all.
            case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// About how wide a text is; no font is at hand.
    static func width(of text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { width, scalar in
            let share: Double =
                switch scalar {
                case "i", "j", "l", ".", ",", ":", ";", "'", "|", "!", "(", ")", "[", "]", " ",
                    "t", "f", "I", "-", "/":
                    0.36
                case "m", "w", "M", "W", "%", "@": 0.92
                case "A"..."Z": 0.7
                default: 0.59
                }
            return width + share * size
        }
    }
}
