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

package dev.lumoauth.docs.testing;

import dev.lumoauth.spring.test.WithAgent;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

@WebMvcTest(DocumentController.class)
@AutoConfigureMockMvc(addFilters = false)
@TestPropertySource(properties = "spring.config.name=testing")
class DocumentControllerTests {

	@Test
	@WithAgent
	void isClosed(@Autowired MockMvcTester mvc) {
		assertThat(mvc.get().uri("/documents")).hasStatus(403);
	}

	@Test
	@WithAgent("read:documents")
	void isOpen(@Autowired MockMvcTester mvc) {
		assertThat(mvc.get().uri("/documents")).hasStatusOk();
	}

}
