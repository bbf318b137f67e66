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
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CompanyDocuments}.
 */
class CompanyDocumentsTests {

	private static final CompanyDocuments SHIPPED = shipped();

	@Test
	void findsTheDocumentOfTheGuidesQuestionFirst() {
		assertThat(SHIPPED.search("Q3 performance", 3)).hasSize(3).first().satisfies((hit) -> {
			assertThat(hit.title()).isEqualTo("Q3 Performance Review");
			assertThat(hit.snippet()).startsWith("Q3 performance was driven by").endsWith(".");
		});
	}

	@Test
	void findsWordsInAnotherForm() {
		assertThat(SHIPPED.search("approving investments", 1)).extracting(DocumentHit::title)
			.containsExactly("Board Minutes, October");
	}

	@Test
	void ranksByHowOftenAndHowRarelyAWordOccurs() {
		CompanyDocuments documents = new CompanyDocuments(
				List.of(new CompanyDocument("One", "apple pear plum cherry grape. And more fruit."),
						new CompanyDocument("Two", "pear pear."), new CompanyDocument("Three", "apple pear.")));
		assertThat(documents.search("pear", 3)).extracting(DocumentHit::title).containsExactly("Two", "Three", "One");
		assertThat(documents.search("apple pear", 1)).extracting(DocumentHit::title).containsExactly("Three");
	}

	@Test
	void countsTheTitleMoreThanTheText() {
		CompanyDocuments documents = new CompanyDocuments(
				List.of(new CompanyDocument("Other", "pear and nothing else"), new CompanyDocument("Pear", "of it")));
		assertThat(documents.search("pear", 1)).extracting(DocumentHit::title).containsExactly("Pear");
	}

	@Test
	void findsNothingForWordsThatAreNotThere() {
		assertThat(SHIPPED.search("xylophone", 3)).isEmpty();
		assertThat(SHIPPED.search("  ", 3)).isEmpty();
		assertThat(SHIPPED.search("the of and", 3)).isEmpty();
	}

	@Test
	void readsTheSyntaxOfQueriesAsWords() {
		assertThat(SHIPPED.search("title:(Q3 AND \"performance +/ [a TO b] *:*", 1)).extracting(DocumentHit::title)
			.containsExactly("Q3 Performance Review");
	}

	@Test
	void refusesADocumentWithoutTitle() {
		assertThatIllegalArgumentException().isThrownBy(() -> CompanyDocument.parse("no title\ntext"));
	}

	private static CompanyDocuments shipped() {
		try {
			return new DocumentsConfiguration().companyDocuments(new PathMatchingResourcePatternResolver());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
