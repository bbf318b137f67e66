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
import dev.lumoauth.spring.capability.CapabilityDeniedException
import dev.lumoauth.spring.capability.RequiresCapability
import dev.lumoauth.spring.user.OnBehalfOfUser
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowable
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.springframework.aop.AopInvocationException

/**
 * What is possible where `kotlinx-coroutines-reactor` is there.
 */
@Timeout(60)
class WithBridgeTests {

	private val application = GuardedApplication()

	@Test
	fun guardsAFlowEachTimeThatItIsCollected() = numbers {
		val flow = it.flow()
		application.guards(listOf(1, 2)) { flow.toList() }
		application.guards(listOf(1, 2)) { flow.toList() }
	}

	@Test
	fun guardsAFlowThatASuspendFunctionReturns() = numbers {
		application.guards(listOf(1, 2)) { it.flowLater().toList() }
	}

	@Test
	fun doesNotLetAThreadOfACoroutineWait() = numbers {
		application.guards("later") { it.later() }
		assertThat(application.decisions.waiting).hasSize(2)
			.allSatisfy { thread -> assertThat(thread.name).startsWith("boundedElastic") }
	}

	/**
	 * Spring's proxies can't call what Kotlin puts before it, guarded or not.
	 */
	@Test
	fun refusesASuspendFunctionThatIsCalledByItsGenericInterface() {
		val later = MangledFunctionTests.RunsLater(application)
		application.with(MangledFunctionTests.RunsLater::class.java, { later }) {
			val call = { runBlocking { (it as MangledFunctionTests.Later<Id>).run(Id("a")) } }
			application.decisions.granted = false
			assertThat(catchThrowable { call() }).isInstanceOf(CapabilityDeniedException::class.java)
			application.decisions.granted = true
			assertThat(catchThrowable { call() }).isInstanceOf(AopInvocationException::class.java)
			assertThat(application.ran).isEmpty()
		}
	}

	@Test
	fun refusesAFlowThatActsForTheUser() {
		val refusal = application.refusesToStart(FlowForUser::class.java)
		assertThat(refusal.description).contains("numbers of class", "acts for the user and returns a Flow")
	}

	private fun numbers(use: (Numbers) -> Unit) = application.with(Numbers::class.java, { Numbers(application) }, use)

	open class Numbers(private val application: GuardedApplication) {

		@RequiresCapability("read:documents")
		open fun flow(): Flow<Int> = flow {
			application.ran.add("flow")
			emit(1)
			emit(withContext(Dispatchers.Default) { 2 })
		}

		@RequiresCapability("read:documents")
		open suspend fun flowLater(): Flow<Int> = withContext(Dispatchers.Default) { numbers() }

		private fun numbers() = flow {
			application.ran.add("flow")
			emit(1)
			emit(2)
		}

		@RequiresCapability("read:documents")
		open suspend fun later(): String {
			application.ran.add("later")
			return withContext(Dispatchers.Default) { "later" }
		}

	}

	open class FlowForUser {

		@OnBehalfOfUser
		open fun numbers(): Flow<Int> = flow { emit(1) }

	}

}
