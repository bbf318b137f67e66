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

package dev.lumoauth.devserver.dpop;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DpopUri}.
 */
class DpopUriTests {

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost/t/a-b/c", "HTTP://LOCALHOST/t/a-b/c", "http://localhost:80/t/a-b/c",
			"http://localhost/t/a%2Db/c", "http://localhost/t/./x/../a-b/c", "http://localhost/t/a-b/c?q=1#f" })
	void isTheSameInItsNormalForm(String uri) {
		assertThat(DpopUri.isSame(uri, "http://localhost/t/a-b/c")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://localhost/t/a-b/c", "http://localhost:8080/t/a-b/c", "http://other/t/a-b/c",
			"http://localhost/t/a-b/c/", "http://localhost/t/A-B/c", "http://localhost/t/a-b%2Fc",
			"http://u@localhost/t/a-b/c", "/t/a-b/c", "no uri", "" })
	void isAnotherOtherwise(String uri) {
		assertThat(DpopUri.isSame(uri, "http://localhost/t/a-b/c")).isFalse();
	}

	@Test
	void hasAPathAndReservedCharactersAsTheyAre() {
		assertThat(DpopUri.isSame("http://localhost", "http://localhost/")).isTrue();
		assertThat(DpopUri.isSame("http://localhost/a%2fb", "http://localhost/a%2Fb")).isTrue();
		assertThat(DpopUri.isSame(null, "http://localhost/")).isFalse();
	}

}
