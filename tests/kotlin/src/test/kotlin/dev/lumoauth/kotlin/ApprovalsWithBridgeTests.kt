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

import dev.lumoauth.spring.approval.ApprovalPendingException
import dev.lumoauth.spring.approval.RequiresApproval
import dev.lumoauth.spring.approval.process.Approvals
import dev.lumoauth.spring.approval.process.ApprovalsBuilder
import dev.lumoauth.spring.guard.GateSource
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowable
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import reactor.core.publisher.Mono

/**
 * That a person approves what a function of Kotlin gets.
 */
@Timeout(60)
class ApprovalsWithBridgeTests {

	private val application = GuardedApplication()

	private val people = People()

	private val approvals = ApprovalsBuilder("agt_1") { people }.build()

	@Test
	fun runsASuspendFunctionOnceForEachApproval() = payments {
		asksAPerson { it.later("bob") }
		assertThat(people.read()).containsExactly("""Pay bob {"to":"bob"}""")
		people.approve()
		assertThat(runBlocking { it.later("bob") }).isEqualTo("later bob")
		asksAPerson { it.later("bob") }
		assertThat(application.ran).hasSize(1)
		assertThat(approvals.undecided()).isEmpty()
	}

	@Test
	fun resumesASuspendFunction() = payments {
		asksAPerson { it.later("bob") }
		people.approve()
		val result = approvals.resume(people.questions[0].approval().id())
		assertThat((result as Mono<*>).block()).isEqualTo("later bob")
		assertThat(application.ran).containsExactly("later")
	}

	@Test
	fun endsASuspendFunctionThatIsCancelled() = payments {
		people.atOnce = true
		runBlocking {
			val job = launch(Dispatchers.Default) { it.endless("bob") }
			it.started.await()
			job.cancelAndJoin()
			while (approvals.undecided().isNotEmpty()) {
				yield()
			}
		}
		assertThat(application.ran).containsExactly("endless")
		assertThat(people.questions).hasSize(1)
	}

	@Test
	fun asksASuspendFunctionsCondition() = payments {
		assertThat(runBlocking { it.above(100) }).isEqualTo(100)
		asksAPerson { it.above(101) }
	}

	private fun payments(use: (Payments) -> Unit) {
		application.runner
			.withBean(GateSource::class.java, { GateSource { listOf(Approvals.gate { approvals }) } })
			.withBean("payments", Payments::class.java, { Payments(application) })
			.run { context ->
				assertThat(context).hasNotFailed()
				use(context.getBean(Payments::class.java))
			}
	}

	private fun asksAPerson(call: suspend () -> Any?) {
		assertThat(catchThrowable { runBlocking { call() } }).isInstanceOf(ApprovalPendingException::class.java)
	}

	open class Payments(private val application: GuardedApplication) {

		open val started = CompletableDeferred<Unit>()

		@RequiresApproval(reason = "Pay {to}")
		open suspend fun later(to: String): String {
			application.ran.add("later")
			return withContext(Dispatchers.Default) { "later $to" }
		}

		@RequiresApproval(reason = "Pay {to}")
		open suspend fun endless(to: String) {
			application.ran.add("endless")
			started.complete(Unit)
			CompletableDeferred<Unit>().await()
		}

		@RequiresApproval(reason = "Pay {amount}", `when` = "#amount > 100")
		open suspend fun above(amount: Int) = application.runs(amount)

	}

}
