import SimulationKernel

extension Section {
    /// A whole number.
    func count(_ name: String) -> Located<Int>? {
        guard case .count(let range) = key(name).form else { return misread(name) }
        guard let node = value(name) else { return nil }
        guard let number = integer(name, node) else { return nil }
        let value = Int(number.digits)
        guard let value, range.contains(value) else {
            log.error(
                value == nil ? .numberTooLarge : .outOfRange, at: node.place,
                "'\(name)' is out of range (got \(number.digits), expected \(range.lowerBound) … "
                    + "\(range.upperBound))")
            return nil
        }
        return Located(value, at: node.place)
    }

    /// A whole number of 64 bits.
    func seed(_ name: String) -> Located<UInt64>? {
        guard let node = value(name), let number = integer(name, node) else { return nil }
        guard let value = UInt64(number.digits) else {
            log.error(
                number.digits.hasPrefix("-") ? .outOfRange : .numberTooLarge, at: node.place,
                "'\(name)' is out of range (got \(number.digits), expected 0 … \(UInt64.max))")
            return nil
        }
        return Located(value, at: node.place)
    }

    /// A number with a unit of its measure, in the base unit.
    func quantity(_ name: String) -> Located<Double>? {
        guard case .quantity(let measure, let bounds) = key(name).form else {
            return misread(name)
        }
        guard let node = value(name) else { return nil }
        return quantity(name, node, measure, bounds).map { Located($0, at: node.place) }
    }

    func duration(_ name: String) -> Located<VirtualDuration>? {
        quantity(name)?.map(VirtualDuration.seconds)
    }

    func quantity(
        _ name: String, _ node: SourceNode, _ measure: Measure, _ bounds: Bounds
    ) -> Double? {
        guard let (text, quoted) = scalar(name, node) else { return nil }
        guard let number = number(name, node, text, measure) else { return nil }
        guard let unit = unit(name, node, number, measure) else { return nil }
        if quoted, measure.units.isEmpty {
            log.error(
                .notANumber, at: node.place,
                "'\(name)' is text (got \(node.brief) in quotes, expected a number)",
                hint: "remove the quotes")
            return nil
        }
        let value: Double
        do {
            value = try number.value(in: unit)
        } catch {
            report(error, name, node, measure)
            return nil
        }
        guard bounds.contains(value) else {
            log.error(
                .outOfRange, at: node.place,
                "'\(name)' is out of range (got \(text), expected \(bounds.text(measure)))")
            return nil
        }
        // Minus zero would print differently from zero in a topology's canonical text.
        return value == 0 ? 0 : value
    }

    private func unit(
        _ name: String, _ node: SourceNode, _ number: NumberText, _ measure: Measure
    ) -> Measure.Unit? {
        if measure.units.isEmpty {
            if number.rest.isEmpty { return Measure.Unit("") }
            log.error(
                .unit, at: node.place,
                "'\(name)' has no unit (got \(node.brief), expected a plain number such as "
                    + "\(measure.example))")
            return nil
        }
        if let unit = measure.unit(number.rest) { return unit }
        let words = measure.units.map(\.symbol)
        let suggestion =
            number.rest.isEmpty ? "" : Suggestion.phrase(for: number.rest, among: words)
        log.error(
            .unit, at: node.place,
            "'\(name)' needs a unit of \(measure.name.dropArticle)\(suggestion) "
                + "(got \(node.brief), expected a number and one of \(measure.symbols))",
            hint: "for example \(measure.example)")
        return nil
    }

    private func integer(_ name: String, _ node: SourceNode) -> NumberText? {
        guard let (text, quoted) = scalar(name, node),
            let number = number(name, node, text, .number)
        else { return nil }
        if quoted || !number.rest.isEmpty {
            let what = quoted ? "\(node.brief) in quotes" : node.brief
            log.error(
                quoted ? .notANumber : .unit, at: node.place,
                "'\(name)' must be a plain whole number (got \(what))")
            return nil
        }
        guard number.isWhole else {
            log.error(
                .notAnInteger, at: node.place,
                "'\(name)' must be a whole number (got \(text))")
            return nil
        }
        return number
    }

    private func number(
        _ name: String, _ node: SourceNode, _ text: String, _ measure: Measure
    ) -> NumberText? {
        do {
            return try NumberText(text)
        } catch {
            report(error, name, node, measure)
            return nil
        }
    }

    private func report(
        _ fault: NumberText.Fault, _ name: String, _ node: SourceNode, _ measure: Measure
    ) {
        switch fault {
        case .notANumber:
            log.error(
                .notANumber, at: node.place,
                "'\(name)' is not \(measure.name) (got \(node.brief), expected \(measure.example) "
                    + "or the like)")
        case .notFinite:
            log.error(
                .notFinite, at: node.place,
                "'\(name)' must be a finite number (got \(node.brief))")
        case .ambiguous(let hint):
            log.error(
                .ambiguousNumber, at: node.place,
                "'\(name)' is an ambiguous number (got \(node.brief))", hint: hint)
        case .tooLarge:
            log.error(
                .numberTooLarge, at: node.place,
                "'\(name)' has too many digits for a number (got \(node.brief))")
        }
    }

    private func misread<Value>(_ name: String) -> Value? {
        preconditionFailure("'\(path).\(name)' is read in another form than the table says")
    }
}

extension String {
    /// "duration" from "a duration".
    fileprivate var dropArticle: String {
        split(separator: " ", maxSplits: 1).last.map(String.init) ?? self
    }
}
