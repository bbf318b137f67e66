/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.demo.documents;

import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.text.BreakIterator;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Finds the sentence of a text that contains the most words of a query. If several do,
 * finds the first.
 */
class Snippets {

	private final Analyzer analyzer;

	private final Set<String> wanted;

	Snippets(Analyzer analyzer, String query) throws IOException {
		this.analyzer = analyzer;
		this.wanted = terms(query);
	}

	String of(String text) throws IOException {
		BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ENGLISH);
		sentences.setText(text);
		String best = "";
		int most = -1;
		int start = sentences.first();
		for (int end = sentences.next(); end != BreakIterator.DONE; start = end, end = sentences.next()) {
			String sentence = text.substring(start, end).strip();
			Set<String> common = terms(sentence);
			common.retainAll(this.wanted);
			if (common.size() > most) {
				most = common.size();
				best = sentence;
			}
		}
		return best;
	}

	private Set<String> terms(String text) throws IOException {
		Set<String> terms = new HashSet<>();
		try (TokenStream tokens = this.analyzer.tokenStream("text", text)) {
			CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
			tokens.reset();
			while (tokens.incrementToken()) {
				terms.add(term.toString());
			}
			tokens.end();
		}
		return terms;
	}

}
