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

import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.test.analyst.AnalystApplication;
import dev.lumoauth.spring.test.analyst.Components;
import dev.lumoauth.spring.test.analyst.Components.DocumentTools;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.mockito.Answers;
import org.mockito.BDDMockito;
import org.mockito.Mockito;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;

/**
 * Tests for guarded beans that a test replaces.
 */
@Execution(ExecutionMode.SAME_THREAD)
class MockedBeansTests {

	@Nested
	@SpringBootTest(classes = AnalystApplication.class)
	@WithAgent("read:documents")
	class Mocked {

		@MockitoBean
		private DocumentTools documents;

		@Test
		void answersAsTheTestSays(@Autowired Components.Analyst analyst) {
			given(this.documents.searchCompanyDocuments("Q3")).willReturn("a mock's answer");
			assertThat(analyst.ask("searchCompanyDocuments Q3")).contains("a mock's answer");
			BDDMockito.then(this.documents).should().searchCompanyDocuments("Q3");
		}

		@Test
		@WithAgent
		void isStillNoToolOfAnAgentThatLacksTheCapability(@Autowired Components.Analyst analyst) {
			assertThat(analyst.ask("searchCompanyDocuments Q3")).contains("agent lacks 'read:documents' capability.");
			BDDMockito.then(this.documents).shouldHaveNoInteractions();
		}

	}

	@Nested
	@WebMvcTest(Components.DocumentController.class)
	@ContextConfiguration(classes = AnalystApplication.class)
	@WithAgent
	class MockedInASlice {

		@MockitoBean
		private Components.DocumentController controller;

		@Test
		void starts(@Autowired MockMvcTester mvc) {
			given(this.controller.documents("Q3")).willReturn("a mock's answer");
			assertThat(mvc.get().uri("/documents?query=Q3")).hasStatusOk().hasBodyTextEqualTo("a mock's answer");
		}

	}

	@Nested
	@SpringBootTest(classes = AnalystApplication.class, properties = { "lumoauth.tenant=acme",
			"lumoauth.client-id=agt_1", "lumoauth.client-secret=secret", "lumoauth.url=https://lumoauth.invalid" })
	class MockedWithoutAnAgent {

		@MockitoBean
		private DocumentTools documents;

		@Test
		void starts() {
			assertThat(Mockito.mockingDetails(this.documents).isMock()).isTrue();
		}

	}

	@Nested
	@SpringBootTest(classes = AnalystApplication.class)
	@WithAgent
	class SpiedOn {

		@MockitoSpyBean
		private DocumentTools documents;

		@Test
		void isGuarded(@Autowired DocumentTools bean) {
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> bean.searchCompanyDocuments("Q3"));
			BDDMockito.then(this.documents).shouldHaveNoInteractions();
		}

		@Test
		@WithAgent("read:documents")
		void runsWithTheCapability(@Autowired DocumentTools bean) {
			assertThat(bean.searchCompanyDocuments("Q3")).contains("3 documents about Q3");
			BDDMockito.then(this.documents).should().searchCompanyDocuments("Q3");
		}

	}

	@Test
	void whatRunsRealCodeIsNoMock() {
		assertThat(refusal(CallingRealMethods.class)).contains("is not guarded", "searchCompanyDocuments");
		assertThat(refusal(RealBean.class)).contains("is not guarded", "searchCompanyDocuments");
	}

	@Test
	void onlyWhatMockitoMadeIsAMock() {
		MockedBeans mocks = new MockedBeans();
		assertThat(mocks.contains(Mockito.mock(DocumentTools.class))).isTrue();
		assertThat(mocks.contains(Mockito.mock(DocumentTools.class, Mockito.RETURNS_DEEP_STUBS))).isTrue();
		assertThat(mocks.contains(Mockito.mock(DocumentTools.class, (invocation) -> invocation.callRealMethod())))
			.isFalse();
		assertThat(mocks.contains(Mockito.spy(new DocumentTools()))).isFalse();
		assertThat(mocks.contains(new Named$MockitoMock$1())).isFalse();
	}

	private static String refusal(Class<?> testClass) {
		try {
			new TestContextManager(testClass).getTestContext().getApplicationContext();
			return "";
		}
		catch (IllegalStateException ex) {
			Throwable cause = ex;
			while (cause.getCause() != null) {
				cause = cause.getCause();
			}
			return String.valueOf(cause.getMessage());
		}
	}

	@SpringBootTest(classes = AnalystApplication.class)
	@WithAgent
	static class CallingRealMethods {

		@MockitoBean(answers = Answers.CALLS_REAL_METHODS)
		private DocumentTools documents;

	}

	@SpringBootTest(classes = AnalystApplication.class)
	@WithAgent
	static class RealBean {

		@TestBean
		private DocumentTools documents;

		static DocumentTools documents() {
			return new DocumentTools();
		}

	}

	static class Named$MockitoMock$1 {

		@RequiresCapability("read:documents")
		public void read() {
		}

	}

}
