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

import dev.lumoauth.spring.test.TestAgent;
import dev.lumoauth.spring.test.WithAgent;
import dev.lumoauth.spring.test.WithUser;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.jwt;

@SpringBootTest
@AutoConfigureMockMvc
@TestPropertySource(properties = "spring.config.name=testing")
@WithAgent
class FigureControllerTests {

	@Autowired
	MockMvcTester mvc;

	@Autowired
	TestAgent agent;

	@Test
	@WithUser("alice")
	void actsForTheUser() {
		assertThat(this.mvc.get().uri("/figures/EBITDA")).hasStatusOk();
		assertThat(this.agent).exchangedOnBehalfOf("urn:mcp:financial-data", "alice");
	}

	@Test
	@WithUser("alice")
	void actsForTheUserOfTheRequest() {
		assertThat(this.mvc.get().uri("/figures/EBITDA").with(jwt().jwt((jwt) -> jwt.subject("bob")))).hasStatusOk();
		assertThat(this.agent).exchangedOnBehalfOf("urn:mcp:financial-data", "bob");
	}

	@Test
	@WithUser("alice")
	void actsForTheUserInARequestWithAuthoritiesOnly() {
		assertThat(this.mvc.get().uri("/figures/EBITDA").with(jwt())).hasStatusOk();
		assertThat(this.mvc.get().uri("/figures/EBITDA")).hasStatusOk();
		assertThat(this.agent).exchangedOnBehalfOf("urn:mcp:financial-data", "alice");
	}

	@Test
	void refusesARequestWithoutAUser() {
		assertThat(this.mvc.get().uri("/figures/EBITDA")).hasStatus(401);
		assertThat(this.mvc.get().uri("/figures/EBITDA").with(jwt())).hasStatus(403);
		assertThat(this.agent).exchangedNothing();
	}

}
