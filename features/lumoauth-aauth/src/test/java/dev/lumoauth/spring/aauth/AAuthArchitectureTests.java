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

package dev.lumoauth.spring.aauth;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * That this module needs the core alone, apart from Spring Boot's wiring, and that its
 * packages depend downwards only.
 */
@AnalyzeClasses(packages = "dev.lumoauth.spring.aauth", importOptions = ImportOption.DoNotIncludeTests.class)
class AAuthArchitectureTests {

	private static final String ROOT = "dev.lumoauth.spring.aauth";

	@ArchTest
	static final ArchRule onlyTheWiringKnowsSpringBoot = noClasses().that()
		.resideOutsideOfPackage(ROOT + ".autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot..", "dev.lumoauth.spring.autoconfigure..");

	@ArchTest
	static final ArchRule nothingKnowsSpringAiOrTheDoorsOfOtherModules = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.ai..", "dev.lumoauth.spring.tool..", "dev.lumoauth.spring.mcp..");

	@ArchTest
	static final ArchRule packagesDependDownwardsOnly = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("signature")
		.definedBy(ROOT + ".signature")
		.layer("agent")
		.definedBy(ROOT + ".agent")
		.optionalLayer("resource")
		.definedBy(ROOT + ".resource..")
		.layer("autoconfigure")
		.definedBy(ROOT + ".autoconfigure")
		.whereLayer("signature")
		.mayNotAccessAnyLayer()
		.whereLayer("agent")
		.mayOnlyAccessLayers("signature")
		.whereLayer("resource")
		.mayOnlyAccessLayers("signature")
		.whereLayer("autoconfigure")
		.mayOnlyAccessLayers("signature", "agent", "resource");

	@ArchTest
	static final ArchRule noPackageNeedsAnotherThatNeedsIt = slices().matching(ROOT + ".(*)..")
		.should()
		.beFreeOfCycles();

}
