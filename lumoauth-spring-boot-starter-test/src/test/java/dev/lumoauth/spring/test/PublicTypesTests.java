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

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What of the kit users can name.
 */
class PublicTypesTests {

	@Test
	void areFew() {
		assertThat(new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("dev.lumoauth.spring.test")).filteredOn(JavaClass::isTopLevelClass)
			.filteredOn((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.extracting((type) -> type.getName().substring("dev.lumoauth.spring.test.".length()))
			.containsExactlyInAnyOrder("AgentApprovals", "AgentBudget", "LumoAuthDevServer", "ModelScript",
					"ScriptedChatModel", "TestAgent", "TestAgentAssert", "WithAgent", "WithDevServer",
					"WithScriptedModel", "WithUser", "approval.AskedApprovalAssert", "approval.InboxItem",
					"approval.TestApprovals", "approval.TestReviewers", "mcp.WithCaller");
	}

}
