import { type AssetMetadata, type JsonValue, NO_METADATA } from '@syncwatch/sync'
import { DOMParser, type Document, type Element, XMLSerializer } from '@xmldom/xmldom'
import { Refusal } from '../local-files/refusal.ts'

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const XML = 'http://www.w3.org/XML/1998/namespace'

interface Property {
  readonly prefix: string
  readonly namespace: string
  readonly name: string
}

const DUBLIN_CORE = { prefix: 'dc', namespace: 'http://purl.org/dc/elements/1.1/' }
const TITLE: Property = { ...DUBLIN_CORE, name: 'title' }
const DESCRIPTION: Property = { ...DUBLIN_CORE, name: 'description' }
const SUBJECT: Property = { ...DUBLIN_CORE, name: 'subject' }
/** IPTC Photo Metadata Standard 2021.1. */
const ALT_TEXT: Property = {
  prefix: 'Iptc4xmpCore',
  namespace: 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/',
  name: 'AltTextAccessibility',
}
/** What no standard has a place for: one JSON text in a namespace of our own. */
const CUSTOM: Property = { prefix: 'syncwatch', namespace: 'urn:syncwatch:xmp:1#', name: 'custom' }

const EMPTY = `<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${RDF}"></rdf:RDF></x:xmpmeta>`

/**
 * An XMP packet in a sidecar: what we understand of it can be read and set, everything else stays as it was. Throws
 * `Refusal('item_unreadable')` for what is no XMP.
 */
export class XmpDocument {
  readonly #document: Document
  readonly #rdf: Element

  private constructor(document: Document) {
    this.#document = document
    const rdf = [...document.getElementsByTagNameNS(RDF, 'RDF')][0]
    if (rdf === undefined) throw broken('there is no RDF in it')
    this.#rdf = rdf
  }

  static empty(): XmpDocument {
    return XmpDocument.parse(EMPTY)
  }

  static parse(text: string): XmpDocument {
    // Entities of its own could make a small file large, and no XMP has any.
    if (text.includes('<!DOCTYPE')) throw broken('it has a DOCTYPE')
    const refuse = (level: string, message: string) => {
      if (level !== 'warning') throw broken(message)
    }
    try {
      return new XmpDocument(
        new DOMParser({ onError: refuse }).parseFromString(text.replace(/^\uFEFF/, ''), 'text/xml'),
      )
    } catch (error) {
      throw error instanceof Refusal ? error : broken(error instanceof Error ? error.message : 'it is no XML')
    }
  }

  metadata(): AssetMetadata {
    return {
      display_name: this.#languageText(TITLE),
      description: this.#languageText(DESCRIPTION),
      alt_text: this.#languageText(ALT_TEXT),
      tags: [
        ...new Set(
          this.#items(SUBJECT)
            .map(textOf)
            .filter((tag) => tag !== ''),
        ),
      ].sort(),
      custom: this.#custom(),
    }
  }

  /** Sets what differs; a property that says the same already is not touched. Returns whether any did. */
  set(metadata: AssetMetadata): boolean {
    const now = this.metadata()
    const custom = jsonText(metadata.custom)
    const texts = (
      [
        ['display_name', TITLE],
        ['description', DESCRIPTION],
        ['alt_text', ALT_TEXT],
      ] as const
    ).filter(([name]) => now[name] !== metadata[name])
    const hasOtherTags = JSON.stringify(now.tags) !== JSON.stringify(metadata.tags)
    const hasOtherCustom = jsonText(now.custom) !== custom
    for (const [name, property] of texts) this.#setLanguageText(property, metadata[name])
    if (hasOtherTags) this.#setTags(metadata.tags)
    if (hasOtherCustom) this.#setText(CUSTOM, custom === '{}' ? null : custom)
    return texts.length > 0 || hasOtherTags || hasOtherCustom
  }

  /** Whether nothing would be lost if there were no such file. */
  isEmpty(): boolean {
    return elementsOf(this.#rdf).every(
      (description) =>
        elementsOf(description).length === 0 &&
        [...description.attributes].every(
          ({ namespaceURI, nodeName }) => namespaceURI === RDF || nodeName.startsWith('xmlns'),
        ),
    )
  }

  toString(): string {
    return `${new XMLSerializer().serializeToString(this.#document)}\n`
  }

  #descriptions(): Element[] {
    return elementsOf(this.#rdf).filter(
      (element) => element.namespaceURI === RDF && element.localName === 'Description',
    )
  }

  #find({ namespace, name }: Property): Element | undefined {
    return this.#descriptions()
      .flatMap(elementsOf)
      .find((element) => element.namespaceURI === namespace && element.localName === name)
  }

  /** The members of a bag, a sequence or a choice of languages; the property itself where it is none of them. */
  #items(property: Property): Element[] {
    const found = this.#find(property)
    if (found === undefined) return []
    const container = elementsOf(found)[0]
    return container === undefined ? [found] : elementsOf(container).filter(({ localName }) => localName === 'li')
  }

  #languageItem(property: Property): Element | undefined {
    const items = this.#items(property)
    return items.find((item) => item.getAttributeNS(XML, 'lang') === 'x-default') ?? items[0]
  }

  #languageText(property: Property): string | null {
    const item = this.#languageItem(property)
    return (item === undefined ? this.#attribute(property) : textOf(item)) || null
  }

  #attribute({ namespace, name }: Property): string | null {
    for (const description of this.#descriptions()) {
      const value = description.getAttributeNS(namespace, name)
      if (value) return value
    }
    return null
  }

  #custom(): { [name: string]: JsonValue } {
    const found = this.#find(CUSTOM)
    const text = found === undefined ? this.#attribute(CUSTOM) : textOf(found)
    if (!text) return NO_METADATA.custom
    try {
      const parsed: unknown = JSON.parse(text)
      if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
        return parsed as { [name: string]: JsonValue }
    } catch {}
    throw broken('its custom fields are no JSON object')
  }

  #setLanguageText(property: Property, text: string | null): void {
    const item = text === null ? undefined : this.#languageItem(property)
    // Other languages stay beside the one that is shown.
    if (item !== undefined) {
      item.textContent = text
      return
    }
    this.#remove(property)
    if (text === null) return
    const choice = this.#container('Alt', [text])
    for (const item of elementsOf(choice)) item.setAttributeNS(XML, 'xml:lang', 'x-default')
    this.#append(property, choice)
  }

  #setTags(tags: readonly string[]): void {
    this.#remove(SUBJECT)
    if (tags.length > 0) this.#append(SUBJECT, this.#container('Bag', tags))
  }

  #setText(property: Property, text: string | null): void {
    this.#remove(property)
    if (text !== null) this.#append(property, this.#document.createTextNode(text))
  }

  #container(kind: 'Alt' | 'Bag', texts: readonly string[]): Element {
    const container = this.#document.createElementNS(RDF, `rdf:${kind}`)
    for (const text of texts) {
      const item = this.#document.createElementNS(RDF, 'rdf:li')
      item.appendChild(this.#document.createTextNode(text))
      container.appendChild(item)
    }
    return container
  }

  #append({ prefix, namespace, name }: Property, content: Parameters<Element['appendChild']>[0]): Element {
    const element = this.#document.createElementNS(namespace, `${prefix}:${name}`)
    element.appendChild(content)
    this.#firstDescription().appendChild(element)
    return element
  }

  #firstDescription(): Element {
    const there = this.#descriptions()[0]
    if (there !== undefined) return there
    const made = this.#document.createElementNS(RDF, 'rdf:Description')
    made.setAttributeNS(RDF, 'rdf:about', '')
    this.#rdf.appendChild(made)
    return made
  }

  #remove({ namespace, name }: Property): void {
    for (const description of this.#descriptions()) {
      description.removeAttributeNS(namespace, name)
      for (const element of elementsOf(description))
        if (element.namespaceURI === namespace && element.localName === name) description.removeChild(element)
    }
  }
}

/** What an XMP sidecar gives back of metadata: no characters that XML has not, one kind of line end, no empty text. */
export function holdableInXmp(metadata: AssetMetadata): AssetMetadata {
  const text = (value: string | null) => (value === null ? null : xmlText(value) || null)
  return {
    display_name: text(metadata.display_name),
    description: text(metadata.description),
    alt_text: text(metadata.alt_text),
    tags: [...new Set(metadata.tags.map(xmlText).filter((tag) => tag !== ''))].sort(),
    custom: metadata.custom,
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 has not.
const NOT_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g

function xmlText(value: string): string {
  return value.toWellFormed().replaceAll(/\r\n?/g, '\n').replaceAll(NOT_XML, '')
}

/** JSON escapes control characters and lone surrogates by itself, but not the two that XML has not besides. */
function jsonText(value: JsonValue): string {
  return JSON.stringify(value).replaceAll(/[\uFFFE\uFFFF]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`)
}

const elementsOf = (parent: Element): Element[] =>
  [...parent.childNodes].filter((node): node is Element => node.nodeType === node.ELEMENT_NODE)

const textOf = (element: Element): string => element.textContent ?? ''

function broken(why: string): Refusal {
  return new Refusal(
    'item_unreadable',
    `has a sidecar that is not valid XMP (${why.split('\n')[0]}); it was left as it is`,
  )
}
