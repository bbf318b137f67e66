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

package dev.lumoauth.docs.readme;

import java.util.List;

import dev.lumoauth.spring.test.TestAgent;
import dev.lumoauth.spring.test.WithAgent;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@SpringBootTest(properties = "spring.config.name=readme")
class ResearchAnalystTests {

	@Test
	@WithAgent("mcp:financial")
	void mayNotSearch(@Autowired ResearchAnalystTools tools, @Autowired TestAgent agent) {
		assertThatThrownBy(() -> tools.searchCompanyDocuments("Q3")).hasMessageContaining("lacks 'read:documents'");
		assertThat(agent).wasDenied("read:documents").exchangedNothing();
	}

	@Test
	@WithAgent("read:documents")
	void maySearch(@Autowired ResearchAnalystTools tools, @Autowired TestAgent agent) {
		assertThat(tools.searchCompanyDocuments("Q3")).containsExactly(new DocumentHit("Q3"));
		assertThat(agent).wasAllowed("read:documents");
	}

	@SpringBootApplication
	static class Application {

		@Bean
		Documents documents() {
			return (query, limit) -> List.of(new DocumentHit(query));
		}

	}

}
