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

package dev.lumoauth.kotlin

import dev.lumoauth.kotlin.MangledFunctionTests.Id
import dev.lumoauth.spring.approval.RequiresApproval
import dev.lumoauth.spring.capability.RequiresCapability
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration

/**
 * What is refused where `kotlinx-coroutines-reactor` is missing.
 */
@Timeout(60)
class WithoutBridgeTests {

	private val application = GuardedApplication()

	@ParameterizedTest
	@ValueSource(classes = [ReturnsFlow::class, ReturnsFlowLater::class, MakesFlow::class])
	fun refusesAFlowThatCannotBeCheckedWhenItIsCollected(type: Class<*>) {
		val refusal = application.refusesToStart(type)
		assertThat(refusal.description).contains("numbers of class", "returns a Flow", "when it is collected")
		assertThat(refusal.action).contains("org.jetbrains.kotlinx:kotlinx-coroutines-reactor")
	}

	@Test
	fun refusesASuspendFunctionThatRunsOncePerApproval() {
		val refusal = application.refusesToStart(Approved::class.java)
		assertThat(refusal.description).contains("refund of class", "is a suspend function")
		assertThat(refusal.action).contains("org.jetbrains.kotlinx:kotlinx-coroutines-reactor")
	}

	@Test
	fun guardsASuspendFunctionThatIsCalledByItsGenericInterface() {
		val later = MangledFunctionTests.RunsLater(application)
		application.with(MangledFunctionTests.RunsLater::class.java, { later }) {
			application.guards("ran") { (it as MangledFunctionTests.Later<Id>).run(Id("a")) }
		}
		val made = MangledFunctionTests.MakesLater(application)
		application.with(MangledFunctionTests.MakesLater::class.java, { made }) {
			application.guards(7u) { (it as MangledFunctionTests.LaterMade<UInt>).make() }
		}
	}

	open class Approved {

		@RequiresApproval(reason = "Refund")
		open suspend fun refund(): String = "refunded"

	}

	open class ReturnsFlow {

		@RequiresCapability("read:documents")
		open fun numbers(): Flow<Int> = flow { emit(1) }

	}

	open class ReturnsFlowLater {

		@RequiresCapability("read:documents")
		open suspend fun numbers(): Flow<Int> = flow { emit(1) }

	}

	@Configuration(proxyBeanMethods = false)
	class MakesFlow {

		@Bean
		@RequiresCapability("read:documents")
		fun source(): Source = Source { flow { emit(1) } }

	}

	fun interface Source {

		fun numbers(): Flow<Int>

	}

}
