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

package dev.lumoauth.spring.test;

import dev.lumoauth.spring.test.analyst.AnalystApplication;
import dev.lumoauth.spring.test.analyst.Components;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WithAgent} on a slice that has none of LumoAuth's auto-configurations
 * by itself.
 */
@WebMvcTest(Components.DocumentController.class)
@ContextConfiguration(classes = AnalystApplication.class)
class WebMvcSliceTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private TestAgent agent;

	@Test
	@WithAgent("read:documents")
	void aControllerIsOpenToWhoMay() {
		assertThat(this.mvc.get().uri("/documents?query=Q3")).hasStatusOk().hasBodyTextEqualTo("documents about Q3");
		assertThat(this.agent).wasAllowed("read:documents");
	}

	@Test
	@WithAgent
	void aControllerIsClosedToOthers() {
		assertThat(this.mvc.get().uri("/documents?query=Q3")).hasStatus(403)
			.bodyText()
			.contains("agent lacks 'read:documents' capability.");
		assertThat(this.agent).wasDenied("read:documents");
	}

	@Test
	@WithAgent(value = "read:documents", unavailable = true)
	void aControllerIsUnavailableInAnOutage() {
		assertThat(this.mvc.get().uri("/documents?query=Q3")).hasStatus(503);
	}

}
