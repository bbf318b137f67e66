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

package dev.lumoauth.spring.autoconfigure;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.autoconfigure.diagnostics.FailureAnalyses;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.otherpackage.HiddenMethod;
import io.micrometer.core.annotation.Timed;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.aopalliance.intercept.MethodInterceptor;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.mcp.annotation.McpResource;
import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.ProxyFactoryBean;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultIntroductionAdvisor;
import org.springframework.aop.support.DelegatingIntroductionInterceptor;
import org.springframework.batch.core.annotation.BeforeStep;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.AbstractFactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.event.EventListener;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.Order;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.AbstractController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what an application may not start with.
 */
class GuardStartupTests {

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource();

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.bare.withBean(CapabilityDecisions.class,
			() -> BeanMethodGuardTests.decisions(this.lumoAuth));

	@ParameterizedTest
	@ValueSource(classes = { PrivateMethod.class, FinalMethod.class, StaticMethod.class, FinalByInterface.class,
			FinalByType.class, InheritedFinal.class, PrivateMcpTool.class, FinalMcpTool.class, PrivateHandler.class,
			StaticListener.class, InheritedHandler.class })
	void refusesAMethodThatNoGuardCanStandAround(Class<?> type) {
		refuses(this.runner.withBean(type), "run", "so no guard can stand around it",
				"Make it neither private, static nor final");
	}

	@ParameterizedTest
	@ValueSource(classes = { PrivateMethod.class, FinalMethod.class, StaticMethod.class, FinalByType.class })
	void namesTheAspectsAsARemedy(Class<?> type) {
		refuses(this.runner.withBean(type), "run", "so no guard can stand around it",
				"Or weave the guard into the code, with the dependency dev.lumoauth:lumoauth-spring-aspects "
						+ "and a weaver (start Java with -javaagent:aspectjweaver.jar,");
	}

	@ParameterizedTest
	@ValueSource(classes = { FinalClass.class, RecordClass.class, PrivateClass.class })
	void refusesAClassThatNoGuardCanStandAround(Class<?> type) {
		refuses(this.runner.withUserConfiguration(type), type.getName(), "so no guard can stand around its methods",
				"neither private nor final");
	}

	@Test
	void refusesABlankCapabilityByMethodAndClass() {
		refuses(this.runner.withBean(Blank.class), "Method run of class " + Blank.class.getName(),
				"' ' is not the name of a capability", "read:documents");
	}

	@Test
	void refusesABlankCapabilityOfABeanMethod() {
		refuses(this.runner.withUserConfiguration(BlankBeanMethod.class),
				"Method plain of class " + BlankBeanMethod.class.getName(), "is not the name of a capability",
				"read:documents");
	}

	@Test
	void refusesWhatWasNotCreatedYet() {
		refuses(this.runner.withUserConfiguration(LateBeans.class), "run of class " + PrivateMethod.class.getName(),
				"is private", "Make it");
	}

	@Test
	void refusesABeanThatWasCreatedBeforeTheGuard() {
		refuses(this.runner.withUserConfiguration(EarlyBeans.class), "Bean 'early' is not guarded",
				"method run of class " + Guarded.class.getName(), "inject an ObjectProvider");
	}

	@Test
	void refusesABeanOfAnAnnotatedMethodThatWasCreatedBeforeTheGuard() {
		refuses(this.runner.withUserConfiguration(EarlyBeanMethod.class), "Bean 'early' is not guarded",
				"its @Bean method", "inject an ObjectProvider");
	}

	@Test
	void refusesABeanThatWasPutIntoTheContextByHand() {
		refuses(this.runner
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("byHand", new Guarded())),
				"Bean 'byHand' is not guarded", "by hand", "Let Spring create it");
	}

	@ParameterizedTest
	@ValueSource(strings = { BeanDefinition.SCOPE_SINGLETON, BeanDefinition.SCOPE_PROTOTYPE })
	void refusesASyntheticBeanWhichNoPostProcessorSees(String scope) {
		RootBeanDefinition definition = new RootBeanDefinition(Guarded.class);
		definition.setSynthetic(true);
		definition.setLazyInit(true);
		definition.setScope(scope);
		refuses(this.runner.withInitializer((context) -> ((BeanDefinitionRegistry) context.getBeanFactory())
			.registerBeanDefinition("synthetic", definition)), "Bean 'synthetic' is not guarded", "method run",
				"Let Spring create it");
	}

	@Test
	void refusesAnAnnotatedConfigurationClass() {
		refuses(this.runner.withUserConfiguration(AnnotatedConfiguration.class), AnnotatedConfiguration.class.getName(),
				"@Bean methods", "such as plain()");
	}

	@Test
	void refusesABeanMethodThatMakesWhatNoGuardCanStandAround() {
		refuses(this.runner.withUserConfiguration(MakesFinalClass.class), "'text'", "java.lang.String",
				"return an interface");
		refuses(this.runner.withUserConfiguration(MakesFinalMethod.class), "'half'", "the final method run()",
				"return an interface");
		refuses(this.runner.withUserConfiguration(MakesPrivateHandler.class), "'handlers'", "the private method run()",
				"return an interface");
		refuses(this.runner.withUserConfiguration(MakesHiddenMethod.class), "'inherited'",
				"the package-private method run()", "return an interface");
	}

	/**
	 * Such as the tools of a framework for which there is no module.
	 */
	@Test
	void refusesABeanMethodThatMakesAContainerOfWhatIsCalledLater() {
		refuses(this.runner.withUserConfiguration(MakesHandlers.class), "'handlers'",
				"returns objects in a container that no guard covers: " + Handler.class.getName(),
				"a @Bean method for each of the objects");
		refuses(this.runner.withUserConfiguration(MakesEndpoints.class), "'endpoints'", Endpoint.class.getName(),
				"the methods that are called");
		refuses(this.runner.withUserConfiguration(MakesSteps.class), "'steps'", Step.class.getName(),
				"the methods that are called");
		this.runner.withUserConfiguration(MakesData.class).run((context) -> assertThat(context).hasNotFailed());
	}

	/**
	 * As Spring Integration does for a function whose {@code @Bean} method has
	 * {@code @ServiceActivator}.
	 */
	@Test
	void refusesASecondObjectOfABeanMethodInsideAnotherBean() {
		refuses(this.runner.withUserConfiguration(SecondObjects.class), "The @Bean method supplier of class",
				"a framework makes a second object of it", "on a method of a bean");
	}

	@Test
	void guardsWhatABeanMethodReturnsAsAnInterface() {
		this.lumoAuth.deny("a");
		this.runner.withUserConfiguration(MakesInterface.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Supplier<?> supplier = context.getBean(Supplier.class);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(supplier::get);
			this.lumoAuth.grant("a");
			assertThat(supplier.get()).isEqualTo("a");
		});
	}

	@Test
	void startsWithPrivateAndStaticMethodsOfAnAnnotatedType() {
		this.runner.withBean(AnnotatedType.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void warnsOnceOfToolMethodsThatAreGuardedAsToolsOnly(CapturedOutput output) {
		this.runner.withBean(Tools.class).run((context) -> {
			assertThat(context).hasNotFailed();
			for (String method : new String[] { "hidden", "fixed", "unchangeable" }) {
				assertThat(output.getOut())
					.containsOnlyOnce("Tool method " + method + " of class " + Tools.class.getName());
			}
			assertThat(output.getOut()).doesNotContain("Tool method open");
		});
	}

	@Test
	void guardsWhatAFactoryBeanMakes() {
		this.lumoAuth.deny("a");
		this.runner.withBean("made", GuardedFactory.class).withBean("proxied", ProxyFactoryBean.class, () -> {
			ProxyFactoryBean factory = new ProxyFactoryBean();
			factory.setTarget(new Guarded());
			factory.setProxyTargetClass(true);
			return factory;
		}).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> context.getBean("made", Guarded.class).run());
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> context.getBean("proxied", Guarded.class).run());
		});
	}

	@Test
	void refusesAnAnnotatedObjectBehindAProxyMadeByHand() {
		refuses(this.runner.withUserConfiguration(HandmadeProxies.class), "Bean 'proxy' is not guarded",
				"run of class " + AnnotatedImplementation.class.getName(), "Let Spring create it");
		this.runner.withUserConfiguration(LateHandmadeProxies.class)
			.run((context) -> assertThatExceptionOfType(BeanCreationException.class)
				.isThrownBy(() -> context.getBean("proxy"))
				.withRootCauseInstanceOf(GuardConfigurationException.class));
		refuses(this.runner.withBean("proxy", ProxyFactoryBean.class, () -> {
			ProxyFactoryBean factory = new ProxyFactoryBean();
			factory.setTarget(new AnnotatedImplementation());
			factory.setInterfaces(Api.class);
			return factory;
		}), "Bean 'proxy' is not guarded", "run of class " + AnnotatedImplementation.class.getName(),
				"Let Spring create it");
	}

	@Test
	void refusesAnAnnotatedInterfaceThatAnotherAdvisorIntroduces() {
		refuses(this.runner.withUserConfiguration(Introductions.class), "Bean 'open' is not guarded",
				"run of class " + IntroducedApi.class.getName(), "Let Spring create it");
	}

	@ParameterizedTest
	@ValueSource(classes = { BatchListener.class, AnnotatedBatchListener.class, InterceptedBatchListener.class })
	void refusesAMethodThatAFrameworkCallsBehindTheProxy(Class<?> type) {
		refuses(this.runner.withBean(type), "Method run of class", "calls the object behind the guard",
				"Move the code into a method of another bean");
	}

	@Test
	void refusesABeanMethodWhoseObjectAFrameworkCallsBehindTheProxy() {
		refuses(this.runner.withUserConfiguration(MakesBatchListener.class), "Method run of class",
				"calls the object behind the guard", "Move the code into a method of another bean");
	}

	@ParameterizedTest
	@ValueSource(classes = { Constructed.class, ConstructedByContract.class, Destroyed.class, Initializing.class,
			Disposable.class, Autowires.class, KnowsItsName.class, Closes.class, NamesMethods.class,
			NamesNoMethods.class, LateNamesMethods.class, FinalTool.class })
	void refusesAMethodThatTheContainerCalls(Class<?> type) {
		refuses(this.runner.withUserConfiguration(type), " has @RequiresCapability",
				"the container calls it on the object behind the guard", "Move the code into a method of another bean");
	}

	@Test
	void startsWithWhatTheContainerCallsInAnAnnotatedClassOrDoesNotCall() {
		this.lumoAuth.deny("a");
		this.runner.withUserConfiguration(AnnotatedLifecycle.class, ClosesForOthers.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(context.getBean(AnnotatedLifecycle.class)::destroy);
			context.getBeansOfType(Closes.class)
				.values()
				.forEach((each) -> assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(each::close));
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { Hook.class, WiderHook.class, HookOfLambda.class, HookOfFinalMethod.class, Page.class,
			LaterHook.class, AnnotatedInTemplate.class })
	void refusesAMethodThatInheritedCodeCallsBehindTheProxy(Class<?> type) {
		refuses(this.runner.withBean(type), " has @RequiresCapability, and inherited code ",
				"may call it on the object behind the guard: that of ", "Put @RequiresCapability on the class");
	}

	@ParameterizedTest
	@ValueSource(classes = { Contracted.class, AnnotatedInContract.class, AnnotatedInGenericContract.class,
			AnnotatedInWiderContract.class, AnnotatedInContractOfContract.class, AnnotatedDefaultMethod.class })
	void guardsAMethodThatADefaultMethodCalls(Class<?> type) {
		this.lumoAuth.deny("a");
		this.runner.withBean(type).run((context) -> {
			assertThat(context).hasNotFailed();
			Method loudly = Arrays.stream(type.getMethods())
				.filter((method) -> method.getName().equals("runLoudly"))
				.findFirst()
				.orElseThrow();
			Object[] arguments = new Object[loudly.getParameterCount()];
			ThrowingCallable call = () -> AopUtils.invokeJoinpointUsingReflection(context.getBean(type), loudly,
					arguments);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(call);
			this.lumoAuth.grant("a");
			context.getBean(CapabilityDecisions.class).invalidate();
			assertThatCode(call).doesNotThrowAnyException();
		});
	}

	@Test
	void guardsAMethodThatASuperclassCallsOnTheProxyOrAfterAnotherGuard() {
		this.lumoAuth.deny("a");
		this.runner.withBean(AnnotatedHook.class)
			.withBean(GuardedHook.class)
			.withBean(HookOfProxy.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBeansOfType(Template.class)
					.values()
					.forEach(
							(each) -> assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(each::run));
				assertThatExceptionOfType(CapabilityDeniedException.class)
					.isThrownBy(context.getBean(HookOfProxy.class)::runFinal);
				this.lumoAuth.grant("a");
				assertThat(context.getBean(AnnotatedHook.class).run()).isEqualTo("hook");
				assertThat(context.getBean(HookOfProxy.class).runFinal()).isEqualTo("hook");
			});
	}

	@Test
	void guardsTheFunctionThatADefaultMethodMakes() {
		this.lumoAuth.deny("a");
		this.runner.withBean(AnnotatedFunction.class).withUserConfiguration(Composes.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Function<String, String> composed = context.getBean(AnnotatedFunction.class).andThen((text) -> text + "!");
			Function<?, ?> atStart = context.getBean("composed", Function.class);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> composed.apply("x"));
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> atStart.apply(null));
			this.lumoAuth.grant("a");
			assertThat(composed.apply("x")).isEqualTo("x!");
			assertThat(atStart.apply(null)).isEqualTo("made!");
		});
	}

	@Test
	void startsIfTheContractSaysBothOrTheClassOverridesTheDefaultMethod() {
		this.runner.withBean(ContractedByContract.class)
			.withBean(OverridingContract.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void guardsAnAnnotatedClassWhoseFinalMethodsAreForTheContainer() {
		this.lumoAuth.deny("a");
		this.runner.withBean(AnnotatedController.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> context.getBean(AnnotatedController.class)
					.handleRequest(new MockHttpServletRequest(), new MockHttpServletResponse()));
		});
	}

	@Test
	void refusesAnAnnotatedClassWhoseMethodIsFinalInSpring() {
		refuses(this.runner.withBean(OncePerRequest.class), "Class " + OncePerRequest.class.getName(),
				"inherits the final method", "on a method of another bean");
	}

	@Test
	void guardsAnAnnotatedContractWhoseProxyHasAnotherObject() {
		this.lumoAuth.deny("a");
		this.runner.withUserConfiguration(Repositories.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> context.getBean(IntroducedApi.class).run());
		});
	}

	@Test
	void guardsABeanThatAFactoryOfUnknownObjectsNeeds() {
		this.lumoAuth.deny("a");
		this.runner.withUserConfiguration(NeededByFactory.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> context.getBean("factory", Supplier.class).get());
		});
	}

	@Test
	void guardsABeanThatIsCreatedInTheBackground() {
		this.lumoAuth.deny("a");
		this.runner.withUserConfiguration(InTheBackground.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> context.getBean("background", Guarded.class).run());
		});
	}

	@Test
	void guardsScopedBeans() {
		this.lumoAuth.deny("a");
		this.runner.withUserConfiguration(ClassScoped.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> context.getBean("scoped", Guarded.class).run());
		});
	}

	@Test
	void refusesAnnotatedCodeWhenLumoAuthIsNotConfigured() {
		ApplicationContextRunner idle = this.bare.withBean(RefusingCapabilityDecisions.class,
				() -> new RefusingCapabilityDecisions("idle"));
		refuses(idle.withBean(Guarded.class),
				"Method run of class " + Guarded.class.getName() + " (GuardStartupTests.java:",
				") requires the capability a, but LumoAuth is not configured", "lumoauth.tenant");
		refuses(idle.withUserConfiguration(LateGuarded.class), "but LumoAuth is not configured", "run of class",
				"lumoauth.client-secret");
		refuses(idle.withUserConfiguration(MakesInterface.class), "Method supplier of class",
				"but LumoAuth is not configured", "lumoauth.client-id");
		idle.withBean(Plain.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void startsWithAnnotatedCodeWhenLumoAuthIsTurnedOffAndRefusesTheCall() {
		this.bare.withPropertyValues("lumoauth.enabled=false")
			.withBean(RefusingCapabilityDecisions.class, () -> new RefusingCapabilityDecisions("turned off"))
			.withBean(Guarded.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThatExceptionOfType(RuntimeException.class).isThrownBy(context.getBean(Guarded.class)::run)
					.withMessage("turned off");
			});
	}

	private static void refuses(ApplicationContextRunner runner, String first, String second, String action) {
		runner.run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = FailureAnalyses.of(context.getStartupFailure());
			assertThat(analysis).as(() -> String.valueOf(context.getStartupFailure())).isNotNull();
			assertThat(analysis.getCause()).isInstanceOf(GuardConfigurationException.class);
			assertThat(analysis.getDescription()).contains(first, second);
			assertThat(analysis.getAction()).contains(action);
		});
	}

	static class Plain {

		public String run() {
			return "plain";
		}

	}

	static class Guarded {

		@RequiresCapability("a")
		public String run() {
			return "guarded";
		}

	}

	static class GuardedSupplier implements Supplier<String> {

		@Override
		@RequiresCapability("a")
		public String get() {
			return "guarded";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeededByFactory {

		@Bean
		GuardedSupplier target() {
			return new GuardedSupplier();
		}

		@Bean
		ProxyFactoryBean factory(GuardedSupplier target) {
			ProxyFactoryBean factory = new ProxyFactoryBean();
			factory.setInterfaces(Supplier.class);
			factory.setTarget(target);
			return factory;
		}

	}

	record Holder(Supplier<String> supplier) {
	}

	@Configuration(proxyBeanMethods = false)
	@Import(MakesInterface.class)
	static class SecondObjects {

		@Bean
		static BeanDefinitionRegistryPostProcessor secondObject() {
			return (registry) -> registry.registerBeanDefinition("holder",
					BeanDefinitionBuilder.genericBeanDefinition(Holder.class)
						.addConstructorArgValue(registry.getBeanDefinition("supplier"))
						.getBeanDefinition());
		}

	}

	abstract static class Template {

		public String run() {
			return hook();
		}

		protected abstract String hook();

	}

	static class Hook extends Template {

		@Override
		@RequiresCapability("a")
		protected String hook() {
			return "hook";
		}

	}

	static class WiderHook extends Template {

		@Override
		@RequiresCapability("a")
		public String hook() {
			return "hook";
		}

	}

	static class LaterHook extends Hook {

		@Override
		protected String hook() {
			return "later";
		}

	}

	@RequiresCapability("a")
	static class AnnotatedHook extends Template {

		@Override
		@RequiresCapability("a")
		protected String hook() {
			return "hook";
		}

	}

	static class GuardedHook extends Hook {

		@Override
		@RequiresCapability("a")
		public String run() {
			return super.run();
		}

	}

	abstract static class LambdaTemplate<T> {

		public String run() {
			Supplier<String> later = () -> helper();
			return later.get();
		}

		private String helper() {
			return hook(null);
		}

		protected abstract String hook(T value);

	}

	static class HookOfLambda extends LambdaTemplate<String> {

		@Override
		@RequiresCapability("a")
		protected String hook(String value) {
			return "hook";
		}

	}

	interface Executes {

		String execute();

		default String run() {
			return execute();
		}

	}

	abstract static class FinalTemplate implements Executes {

		@Override
		public final String execute() {
			return hook();
		}

		protected abstract String hook();

	}

	static class HookOfFinalMethod extends FinalTemplate {

		@Override
		@RequiresCapability("a")
		protected String hook() {
			return "hook";
		}

	}

	abstract static class ProxyTemplate {

		public final String runFinal() {
			return hook();
		}

		protected abstract String hook();

	}

	static class HookOfProxy extends ProxyTemplate {

		@Override
		@RequiresCapability("a")
		protected String hook() {
			return "hook";
		}

	}

	static class Page extends HttpServlet {

		@Override
		@RequiresCapability("a")
		protected void doGet(HttpServletRequest request, HttpServletResponse response) {
		}

	}

	@RequiresCapability("a")
	static class OncePerRequest extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) {
		}

	}

	interface Contract {

		String run();

		default String runLoudly() {
			return run().toUpperCase(Locale.ROOT);
		}

	}

	static class Contracted implements Contract {

		@Override
		@RequiresCapability("a")
		public String run() {
			return "run";
		}

	}

	interface ContractWithAnnotation<T> {

		@RequiresCapability("a")
		String run(T value);

		default String runLoudly(T value) {
			return run(value).toUpperCase(Locale.ROOT);
		}

	}

	static class AnnotatedInContract implements ContractWithAnnotation<Object> {

		@Override
		public String run(Object value) {
			return "run";
		}

	}

	static class AnnotatedInGenericContract implements ContractWithAnnotation<String> {

		@Override
		public String run(String value) {
			return "run";
		}

	}

	interface WiderContract extends AnnotatedRun {

		default String runLoudly() {
			Supplier<String> run = this::run;
			return run.get().toUpperCase(Locale.ROOT);
		}

	}

	interface AnnotatedRun {

		@RequiresCapability("a")
		String run();

	}

	static class AnnotatedInWiderContract implements WiderContract {

		@Override
		public String run() {
			return "run";
		}

	}

	interface ContractOfContract extends WiderContract {

	}

	static class AnnotatedInContractOfContract implements ContractOfContract {

		@Override
		@RequiresCapability("a")
		public String run() {
			return "run";
		}

	}

	interface ContractWithBody {

		@RequiresCapability("a")
		default String run() {
			return "run";
		}

		default String runLoudly() {
			return run().toUpperCase(Locale.ROOT);
		}

	}

	static class AnnotatedDefaultMethod implements ContractWithBody {

	}

	abstract static class AnnotatedTemplate {

		public String run() {
			return hook();
		}

		@RequiresCapability("a")
		protected abstract String hook();

	}

	static class AnnotatedInTemplate extends AnnotatedTemplate {

		@Override
		protected String hook() {
			return "hook";
		}

	}

	static class OverridingContract extends Contracted {

		@Override
		public String runLoudly() {
			return "RUN";
		}

	}

	interface AnnotatedContract extends Contract {

		@Override
		@RequiresCapability("a")
		String run();

		@Override
		@RequiresCapability("a")
		default String runLoudly() {
			return run();
		}

	}

	static class ContractedByContract implements AnnotatedContract {

		@Override
		public String run() {
			return "run";
		}

	}

	static class AnnotatedFunction implements Function<String, String> {

		@Override
		@RequiresCapability("a")
		public String apply(String text) {
			return text;
		}

	}

	interface Called {

		String call(String arguments);

	}

	static class Handler implements Called {

		@Override
		public String call(String arguments) {
			return arguments;
		}

	}

	record Endpoint(String path, UnaryOperator<String> handler) {
	}

	record Line(String text, List<String> words) {
	}

	record Step(String name, Runnable code) {

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesSteps {

		@Bean
		@RequiresCapability("a")
		List<Step> steps() {
			return List.of(new Step("first", () -> {
			}));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesHandlers {

		@Bean
		@RequiresCapability("a")
		Map<String, List<Called>> handlers() {
			return Map.of("one", List.of(new Handler()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesEndpoints {

		@Bean
		@RequiresCapability("a")
		Set<Endpoint> endpoints() {
			return Set.of(new Endpoint("/", (text) -> text));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesData {

		@Bean
		@RequiresCapability("a")
		List<Object> lines() {
			return List.of(new Line("a", List.of("a")), "a", 1, Line.class, new LinkedMultiValueMap<>());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Composes {

		@Bean
		@RequiresCapability("a")
		Function<String, String> made() {
			return (text) -> "made";
		}

		@Bean
		Function<String, String> composed(@Qualifier("made") Function<String, String> made) {
			return made.andThen((text) -> text + "!");
		}

	}

	@RequiresCapability("a")
	static class AnnotatedController extends AbstractController {

		@Override
		protected ModelAndView handleRequestInternal(HttpServletRequest request, HttpServletResponse response) {
			return new ModelAndView();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InTheBackground {

		@Bean(bootstrap = Bean.Bootstrap.BACKGROUND)
		Guarded background() {
			return new Guarded();
		}

		@Bean
		ThreadPoolTaskExecutor bootstrapExecutor() {
			return new ThreadPoolTaskExecutor();
		}

	}

	static class Constructed {

		@PostConstruct
		@RequiresCapability("a")
		public void run() {
		}

	}

	interface Startable {

		@RequiresCapability("a")
		void run();

	}

	static class ConstructedByContract implements Startable {

		@Override
		@PostConstruct
		public void run() {
		}

	}

	static class Destroyed {

		@PreDestroy
		@RequiresCapability("a")
		public void run() {
		}

	}

	static class Initializing implements InitializingBean {

		@Override
		@RequiresCapability("a")
		public void afterPropertiesSet() {
		}

	}

	static class Disposable implements DisposableBean {

		@Override
		@RequiresCapability("a")
		public void destroy() {
		}

	}

	static class Autowires {

		@Autowired
		@RequiresCapability("a")
		public void use(BeanFactory beanFactory) {
		}

	}

	static class KnowsItsName implements BeanNameAware {

		@Override
		@RequiresCapability("a")
		public void setBeanName(String name) {
		}

	}

	static class Closes implements AutoCloseable {

		@Override
		@RequiresCapability("a")
		public void close() {
		}

	}

	static class Starts {

		@RequiresCapability("a")
		public void start() {
		}

		@RequiresCapability("b")
		public void shutdown() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamesMethods {

		@Bean(initMethod = "start", destroyMethod = "")
		Starts starts() {
			return new Starts();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamesNoMethods {

		@Bean
		Starts starts() {
			return new Starts();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateNamesMethods {

		@Bean(initMethod = "start")
		@Lazy
		Starts starts() {
			return new Starts();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalTool {

		@Bean
		Servers servers() {
			return new Servers();
		}

	}

	static class Servers {

		@Tool
		@RequiresCapability("a")
		public final void shutdown() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ClosesForOthers {

		@Bean(destroyMethod = "")
		Closes closed() {
			return new Closes();
		}

		@Bean
		@Scope("prototype")
		Closes prototype() {
			return new Closes();
		}

		@Bean
		FactoryBean<Closes> made() {
			return new AbstractFactoryBean<>() {

				@Override
				public Class<?> getObjectType() {
					return Closes.class;
				}

				@Override
				protected Closes createInstance() {
					return new Closes();
				}

			};
		}

	}

	@RequiresCapability("a")
	static class AnnotatedLifecycle implements InitializingBean, DisposableBean {

		@Override
		public void afterPropertiesSet() {
		}

		@Override
		public void destroy() {
		}

	}

	static class PrivateMethod {

		@RequiresCapability("a")
		private void run() {
		}

	}

	static class FinalMethod {

		@RequiresCapability("a")
		public final void run() {
		}

	}

	static class StaticMethod {

		@RequiresCapability("a")
		static void run() {
		}

	}

	interface Runs {

		@RequiresCapability("a")
		void run();

	}

	static class FinalByInterface implements Runs {

		@Override
		public final void run() {
		}

	}

	@RequiresCapability("a")
	static class FinalByType {

		public final void run() {
		}

	}

	static class OpenFinal {

		public final void run() {
		}

	}

	@RequiresCapability("a")
	static class InheritedFinal extends OpenFinal {

		public void more() {
		}

	}

	@RequiresCapability("a")
	static class PrivateHandler {

		@GetMapping("/run")
		private String run() {
			return "x";
		}

	}

	@RequiresCapability("a")
	static class StaticListener {

		@EventListener
		static void run(String event) {
		}

	}

	static class BatchListener {

		@BeforeStep
		@RequiresCapability("a")
		public void run() {
		}

	}

	@RequiresCapability("a")
	static class AnnotatedBatchListener {

		@BeforeStep
		public void run() {
		}

	}

	static class OpenBatchListener {

		@BeforeStep
		public void run() {
		}

	}

	@RequiresCapability("a")
	static class InterceptedBatchListener extends OpenBatchListener {

		@Override
		public void run() {
		}

	}

	static class OpenHandler {

		@McpResource(uri = "test://run")
		private String run() {
			return "x";
		}

	}

	@RequiresCapability("a")
	static class InheritedHandler extends OpenHandler {

	}

	static class PrivateMcpTool {

		@McpTool(description = "x")
		@RequiresCapability("a")
		private String run() {
			return "x";
		}

	}

	static class FinalMcpTool {

		@McpTool(description = "x")
		@RequiresCapability("a")
		public final String run() {
			return "x";
		}

	}

	static final class FinalClass {

		@RequiresCapability("a")
		public void run() {
		}

	}

	record RecordClass() {

		@RequiresCapability("a")
		public void run() {
		}

	}

	private static class PrivateClass {

		@RequiresCapability("a")
		public void run() {
		}

	}

	static class Blank {

		@RequiresCapability(" ")
		public void run() {
		}

	}

	@RequiresCapability("a")
	static class AnnotatedType {

		public void run() {
			helper();
			Runnable lambda = () -> helper();
			lambda.run();
		}

		@PostConstruct
		@Timed
		@Operation(summary = "x")
		@Async
		@Order
		private void helper() {
		}

		static String constant() {
			return "";
		}

	}

	static class Tools {

		@Tool
		@RequiresCapability("a")
		public String open() {
			return "open";
		}

		@Tool
		@RequiresCapability("a")
		private String hidden() {
			return "hidden";
		}

		@Tool
		@RequiresCapability("a")
		static String fixed() {
			return "fixed";
		}

		@Tool
		@RequiresCapability("a")
		public final String unchangeable() {
			return "unchangeable";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BlankBeanMethod {

		@Bean
		@RequiresCapability("")
		Plain plain() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateBeans {

		@Bean
		@Lazy
		PrivateMethod late() {
			return new PrivateMethod();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateGuarded {

		@Bean
		@Scope("prototype")
		Guarded late() {
			return new Guarded();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyBeans {

		@Bean
		static Guarded early() {
			return new Guarded();
		}

		@Bean
		static PriorityPostProcessor eager(Guarded early) {
			return new PriorityPostProcessor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyBeanMethod {

		@Bean
		@RequiresCapability("a")
		static Plain early() {
			return new Plain();
		}

		@Bean
		static PriorityPostProcessor eager(Plain early) {
			return new PriorityPostProcessor();
		}

	}

	static class PriorityPostProcessor implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

	}

	interface Api {

		String run();

	}

	@Configuration(proxyBeanMethods = false)
	static class ClassScoped {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Guarded scoped() {
			return new Guarded();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@RequiresCapability("a")
	static class AnnotatedConfiguration {

		@Bean
		Plain plain() {
			return new Plain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesFinalClass {

		@Bean
		@RequiresCapability("a")
		String text() {
			return "text";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesPrivateHandler {

		@Bean
		@RequiresCapability("a")
		OpenHandler handlers() {
			return new OpenHandler();
		}

	}

	static class InheritedHidden extends HiddenMethod {

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesHiddenMethod {

		@Bean
		@RequiresCapability("a")
		InheritedHidden inherited() {
			return new InheritedHidden();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesBatchListener {

		@Bean
		@RequiresCapability("a")
		OpenBatchListener listener() {
			return new OpenBatchListener();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesFinalMethod {

		@Bean
		@RequiresCapability("a")
		OpenFinal half() {
			return new OpenFinal();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesInterface {

		@Bean
		@RequiresCapability("a")
		Supplier<String> supplier() {
			return new FinalSupplier();
		}

	}

	static final class FinalSupplier implements Supplier<String> {

		@Override
		public String get() {
			return "a";
		}

	}

	static class AnnotatedImplementation implements Api {

		@Override
		@RequiresCapability("a")
		public String run() {
			return "x";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HandmadeProxies {

		@Bean
		Api proxy() {
			return (Api) new ProxyFactory(new AnnotatedImplementation()).getProxy();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateHandmadeProxies {

		@Bean
		@Scope("prototype")
		Api proxy() {
			return (Api) new ProxyFactory(new AnnotatedImplementation()).getProxy();
		}

	}

	interface IntroducedApi {

		@RequiresCapability("a")
		void run();

	}

	static class Introduced implements IntroducedApi {

		@Override
		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Introductions {

		@Bean
		OpenHandler open() {
			return new OpenHandler();
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static DefaultIntroductionAdvisor introduction() {
			return new DefaultIntroductionAdvisor(new DelegatingIntroductionInterceptor(new Introduced()),
					IntroducedApi.class) {

				@Override
				public boolean matches(Class<?> type) {
					return type == OpenHandler.class;
				}

			};
		}

	}

	/**
	 * As Spring Data makes them.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Repositories {

		@Bean
		static RepositoryFactory repository() {
			return new RepositoryFactory();
		}

	}

	static class RepositoryFactory implements FactoryBean<IntroducedApi> {

		@Override
		public IntroducedApi getObject() {
			ProxyFactory factory = new ProxyFactory();
			factory.setTarget(new Plain());
			factory.setInterfaces(IntroducedApi.class);
			factory.addAdvice((MethodInterceptor) (invocation) -> null);
			return (IntroducedApi) factory.getProxy();
		}

		@Override
		public Class<?> getObjectType() {
			return IntroducedApi.class;
		}

	}

	static class GuardedFactory implements FactoryBean<Guarded> {

		@Override
		public Guarded getObject() {
			return new Guarded();
		}

		@Override
		public Class<?> getObjectType() {
			return Guarded.class;
		}

	}

}
