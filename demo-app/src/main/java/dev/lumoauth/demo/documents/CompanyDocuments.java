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
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.queryparser.classic.MultiFieldQueryParser;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * The company's documents, indexed in memory with Lucene and ranked by BM25; a match in
 * the title counts twice.
 */
public class CompanyDocuments {

	private static final String TITLE = "title";

	private static final String TEXT = "text";

	private static final Map<String, Float> WEIGHTS = Map.of(TITLE, 2f, TEXT, 1f);

	private final Analyzer analyzer = new EnglishAnalyzer();

	private final IndexSearcher searcher;

	CompanyDocuments(List<CompanyDocument> documents) {
		ByteBuffersDirectory directory = new ByteBuffersDirectory();
		try {
			try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(this.analyzer))) {
				for (CompanyDocument document : documents) {
					Document entry = new Document();
					entry.add(new TextField(TITLE, document.title(), Field.Store.YES));
					entry.add(new TextField(TEXT, document.text(), Field.Store.YES));
					writer.addDocument(entry);
				}
			}
			this.searcher = new IndexSearcher(DirectoryReader.open(directory));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the documents that match a query, best first.
	 * @param query words to look for, read as words and not as a query language
	 * @param limit the maximum number of documents
	 * @return the documents; none if no word matches
	 */
	public List<DocumentHit> search(String query, int limit) {
		if (query.isBlank()) {
			return List.of();
		}
		try {
			Query parsed = new MultiFieldQueryParser(new String[] { TITLE, TEXT }, this.analyzer, WEIGHTS)
				.parse(QueryParser.escape(query));
			Snippets snippets = new Snippets(this.analyzer, query);
			StoredFields stored = this.searcher.storedFields();
			List<DocumentHit> hits = new ArrayList<>();
			for (ScoreDoc found : this.searcher.search(parsed, limit).scoreDocs) {
				Document document = stored.document(found.doc);
				hits.add(new DocumentHit(document.get(TITLE), snippets.of(document.get(TEXT))));
			}
			return hits;
		}
		catch (ParseException ex) {
			throw new IllegalArgumentException("This query cannot be searched for", ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
