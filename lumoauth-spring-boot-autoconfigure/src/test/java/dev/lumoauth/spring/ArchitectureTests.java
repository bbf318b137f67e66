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

package dev.lumoauth.spring;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.user.OnBehalfOfUser;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The way of a tool call goes down the packages and never back up.
 */
@AnalyzeClasses(packages = "dev.lumoauth.spring", importOptions = LibraryOnly.class)
class ArchitectureTests {

	private static final String ROOT = "dev.lumoauth.spring";

	@ArchTest
	static final ArchRule packagesDependDownwardsOnly = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("api")
		.definedBy(ROOT)
		.layer("concurrent")
		.definedBy(ROOT + ".concurrent")
		.layer("reflect")
		.definedBy(ROOT + ".reflect")
		.layer("http")
		.definedBy(ROOT + ".http")
		.layer("user")
		.definedBy(ROOT + ".user")
		.layer("token")
		.definedBy(ROOT + ".token")
		.layer("credentials")
		.definedBy(ROOT + ".token.credentials")
		.layer("revocation")
		.definedBy(ROOT + ".revocation")
		.layer("client")
		.definedBy(ROOT + ".client")
		.layer("capability")
		.definedBy(ROOT + ".capability")
		.layer("method")
		.definedBy(ROOT + ".guard.method", ROOT + ".guard.observation")
		.layer("guard")
		.definedBy(ROOT + ".guard")
		.layer("tool")
		.definedBy(ROOT + ".tool..")
		.layer("mcp")
		.definedBy(ROOT + ".mcp", ROOT + ".mcp.transport")
		.layer("budget")
		.definedBy(ROOT + ".budget")
		.layer("budget.chat")
		.definedBy(ROOT + ".budget.chat")
		.layer("agent")
		.definedBy(ROOT + ".agent")
		.layer("autoconfigure")
		.definedBy(ROOT + ".autoconfigure")
		.layer("diagnostics")
		.definedBy(ROOT + ".autoconfigure.diagnostics")
		.whereLayer("api")
		.mayNotAccessAnyLayer()
		.whereLayer("concurrent")
		.mayNotAccessAnyLayer()
		.whereLayer("reflect")
		.mayNotAccessAnyLayer()
		.whereLayer("http")
		.mayOnlyAccessLayers("api", "concurrent")
		.whereLayer("user")
		.mayOnlyAccessLayers("api", "reflect")
		.whereLayer("token")
		.mayOnlyAccessLayers("api", "concurrent", "credentials", "http", "user")
		.whereLayer("credentials")
		.mayOnlyAccessLayers("api", "http")
		.whereLayer("revocation")
		.mayOnlyAccessLayers("user")
		.whereLayer("client")
		.mayOnlyAccessLayers("api", "concurrent", "http", "token", "user")
		.whereLayer("capability")
		.mayOnlyAccessLayers("api", "client", "concurrent", "revocation", "user")
		.whereLayer("guard")
		.mayOnlyAccessLayers("api", "capability", "concurrent", "reflect", "user")
		.whereLayer("method")
		.mayOnlyAccessLayers("api", "capability", "concurrent", "guard", "reflect", "user")
		.whereLayer("tool")
		.mayOnlyAccessLayers("api", "capability", "concurrent", "guard", "method", "reflect", "user")
		.whereLayer("mcp")
		.mayOnlyAccessLayers("api", "capability", "client", "concurrent", "guard", "http", "reflect", "revocation",
				"token", "tool", "user")
		.whereLayer("budget")
		.mayOnlyAccessLayers("api", "client", "concurrent")
		.whereLayer("budget.chat")
		.mayOnlyAccessLayers("api", "budget")
		.whereLayer("agent")
		.mayOnlyAccessLayers("api", "budget", "capability", "client", "concurrent", "credentials", "guard", "http",
				"revocation", "token", "user")
		.whereLayer("autoconfigure")
		.mayOnlyBeAccessedByLayers("diagnostics")
		.whereLayer("diagnostics")
		.mayNotBeAccessedByAnyLayer();

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule theCoreKnowsNoSpringAi = noClasses().that()
		.resideOutsideOfPackages(ROOT + ".tool..", ROOT + ".mcp..", ROOT + ".budget.chat", ROOT + ".autoconfigure..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.ai..");

	@ArchTest
	static final ArchRule toolsKnowNoHttp = noClasses().that()
		.resideInAPackage(ROOT + ".tool..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.http..", "org.springframework.web..", "java.net.http..");

	@ArchTest
	static final ArchRule bootIsForTheWiring = noClasses().that()
		.resideOutsideOfPackage(ROOT + ".autoconfigure..")
		.should()
		.dependOnClassesThat(resideInAPackage("org.springframework.boot.."));

	/**
	 * The guard doesn't look for annotations in this library's own jars.
	 */
	@ArchTest
	static final ArchRule noClassOfTheLibraryIsGuarded = noClasses().that()
		.resideOutsideOfPackage(ROOT + ".aspects")
		.should()
		.beMetaAnnotatedWith(RequiresCapability.class)
		.orShould()
		.beMetaAnnotatedWith(ROOT + ".approval.RequiresApproval")
		.orShould()
		.beMetaAnnotatedWith(OnBehalfOfUser.class);

	@ArchTest
	static final ArchRule noMethodOfTheLibraryIsGuarded = noMethods().that()
		.areDeclaredInClassesThat()
		.resideOutsideOfPackage(ROOT + ".aspects")
		.should()
		.beMetaAnnotatedWith(RequiresCapability.class)
		.orShould()
		.beMetaAnnotatedWith(ROOT + ".approval.RequiresApproval")
		.orShould()
		.beMetaAnnotatedWith(OnBehalfOfUser.class);

}
